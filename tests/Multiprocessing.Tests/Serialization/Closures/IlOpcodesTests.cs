using System.Reflection;
using System.Reflection.Emit;
using Multiprocessing.Serialization.Closures;

namespace Multiprocessing.Tests.Serialization.Closures;

public class IlOpcodesTests
{
    [Fact]
    public void The_tables_agree_with_the_runtime_about_every_instruction()
    {
        var known = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (OpCode)f.GetValue(null)!)
            .Where(o => o.OpCodeType != OpCodeType.Nternal).ToDictionary(o => o.Size == 1 ? o.Value : 256 + (o.Value & 0xFF));

        for (var i = 0; i < 288; i++)
        {
            var expected = known.TryGetValue(i, out var opcode) ? $"{opcode.Name} {Operand(opcode)}{Pops(opcode)}{Pushes(opcode)}" : " ???";
            Assert.Equal(expected, $"{opcode.Name} {(char)IlOpcodes.Operands[i]}{(char)IlOpcodes.Pops[i]}{(char)IlOpcodes.Pushes[i]}");
        }
    }

    [Theory]
    [InlineData(0x24)]
    [InlineData(0xA6)]
    [InlineData(0xFE, 0x08)]
    [InlineData(0xFE, 0xFF)]
    [InlineData(0xFE)]
    [InlineData(0x20, 1, 2, 3)]
    [InlineData(0x45, 255, 255, 255, 127)]
    [InlineData(0x45, 1, 0, 0, 0, 0)]
    public void Unknown_and_truncated_instructions_are_told(params int[] il)
    {
        var bytes = Array.ConvertAll(il, i => (byte)i);

        Assert.Throws<BadImageFormatException>(() =>
        {
            var reader = new IlReader(bytes);
            while (reader.Read())
            {
            }
        });
    }

    private static char Operand(OpCode opcode) => opcode.OperandType switch
    {
        OperandType.InlineNone => '.',
        OperandType.ShortInlineI or OperandType.ShortInlineVar => 'b',
        OperandType.InlineVar => 'w',
        OperandType.InlineI or OperandType.ShortInlineR => 'i',
        OperandType.InlineI8 or OperandType.InlineR => 'q',
        OperandType.InlineSwitch => 's',
        OperandType.ShortInlineBrTarget => 'j',
        OperandType.InlineBrTarget => 'J',
        _ => 't',
    };

    private static char Pops(OpCode opcode) => opcode.StackBehaviourPop switch
    {
        StackBehaviour.Varpop => 'v',
        StackBehaviour.Pop0 => '0',
        var pops => (char)('0' + pops.ToString().Split('_').Length),
    };

    private static char Pushes(OpCode opcode) => opcode.StackBehaviourPush switch
    {
        StackBehaviour.Varpush => 'v',
        StackBehaviour.Push0 => '0',
        var pushes => (char)('0' + pushes.ToString().Split('_').Length),
    };
}
