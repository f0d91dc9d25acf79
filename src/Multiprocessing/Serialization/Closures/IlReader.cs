using System.Buffers.Binary;

namespace Multiprocessing.Serialization.Closures;

/// <summary>Walks over the instructions of a method body in the order of their addresses.</summary>
internal ref struct IlReader
{
    private readonly ReadOnlySpan<byte> _il;

    internal IlReader(ReadOnlySpan<byte> il) => _il = il;

    /// <summary>Where the current instruction begins.</summary>
    internal int Start { get; private set; }

    /// <summary>Where the next instruction begins.</summary>
    internal int Next { get; private set; }

    internal int Opcode { get; private set; }

    /// <summary>The operand; of a branch its absolute target, of a switch the number of targets.</summary>
    internal int Operand { get; private set; }

    /// <summary>Reads the next instruction; false at the end.</summary>
    /// <exception cref="BadImageFormatException">An instruction that ECMA-335 does not know, or a body that ends inside one.</exception>
    internal bool Read()
    {
        Start = Next;
        if (Start >= _il.Length)
        {
            return false;
        }
        Opcode = _il[Next++];
        if (Opcode == 0xFE)
        {
            var second = Next < _il.Length ? _il[Next++] : byte.MaxValue;
            Opcode = second < 32 ? 256 + second : 0xFF;
        }
        ReadOperand((char)IlOpcodes.Operands[Opcode]);
        return true;
    }

    /// <summary>The absolute target <paramref name="index"/> of the current switch.</summary>
    internal readonly int SwitchTarget(int index) =>
        Next + BinaryPrimitives.ReadInt32LittleEndian(_il[(Next - 4 * (Operand - index))..]);

    private void ReadOperand(char kind)
    {
        var size = kind switch { '.' => 0, 'b' or 'j' => 1, 'w' => 2, 'i' or 't' or 'J' or 's' => 4, 'q' => 8, _ => -1 };
        if (size < 0 || size > _il.Length - Next)
        {
            throw new BadImageFormatException($"No known instruction at IL offset {Start}.");
        }
        var bytes = _il.Slice(Next, size);
        Next += size;
        Operand = kind switch
        {
            'b' => bytes[0],
            'j' => Next + (sbyte)bytes[0],
            'w' => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
            'J' => Next + BinaryPrimitives.ReadInt32LittleEndian(bytes),
            '.' or 'q' => 0,
            _ => BinaryPrimitives.ReadInt32LittleEndian(bytes),
        };
        if (kind == 's')
        {
            if ((uint)Operand > (uint)(_il.Length - Next) / 4)
            {
                throw new BadImageFormatException($"A switch at IL offset {Start} that is longer than its method.");
            }
            Next += 4 * Operand;
        }
    }
}
