namespace Multiprocessing.Serialization.Closures;

/// <summary>
/// The operands and the stack behaviour of every IL instruction (ECMA-335, III.1.9 and VI.C.2), one character each: reading the fields
/// of <see cref="System.Reflection.Emit.OpCodes"/> instead would cost every process milliseconds at start.
/// An opcode is its byte, or 256 + the second byte after the prefix 0xFE.
/// </summary>
internal static class IlOpcodes
{
    internal const int LdArg0 = 0x02, LdLoc0 = 0x06, StLoc0 = 0x0A, StLoc3 = 0x0D, LdArgS = 0x0E, LdArgaS = 0x0F, LdLocS = 0x11, LdLocaS = 0x12,
        StLocS = 0x13, Dup = 0x25, Pop = 0x26, Jmp = 0x27, Call = 0x28, CallI = 0x29, Ret = 0x2A, BrS = 0x2B, BrFalseS = 0x2C, BrTrueS = 0x2D,
        Br = 0x38, BrFalse = 0x39, BrTrue = 0x3A, CallVirt = 0x6F, LdObj = 0x71, NewObj = 0x73, Throw = 0x7A, LdFld = 0x7B, LdFlda = 0x7C,
        StFld = 0x7D, EndFinally = 0xDC, Leave = 0xDD, LeaveS = 0xDE, Ceq = 0x101, CgtUn = 0x103, LdFtn = 0x106, LdArg = 0x109, LdArga = 0x10A,
        LdLoc = 0x10C, LdLoca = 0x10D, StLoc = 0x10E, EndFilter = 0x111, InitObj = 0x115, Rethrow = 0x11A;

    /// <summary><c>.</c> none, <c>b w i q</c> 1, 2, 4, 8 bytes, <c>t</c> a token, <c>j J</c> a branch of 1 or 4 bytes, <c>s</c> switch.</summary>
    internal static ReadOnlySpan<byte> Operands =>
        "..............bbbbbb...........b"u8 +
        "iqiq?..ttt.jjjjjjjjjjjjjJJJJJJJJ"u8 +
        "JJJJJs.........................."u8 +
        "...............ttttttt.??t.ttttt"u8 +
        "tt..........tt.t................"u8 +
        "...ttt?????????????........?????"u8 +
        "??t.??t?????????t............Jj."u8 +
        ".???????????????????????????????"u8 +
        "......tt?wwwwww.?.b..tt..?.?t..?"u8;

    /// <summary>How many values are taken from the stack; <c>v</c>: depends on the method called.</summary>
    internal static ReadOnlySpan<byte> Pops =>
        "00000000001111001001000000000000"u8 +
        "0000?110vvv011222222222201122222"u8 +
        "22222111111111111222222222222222"u8 +
        "222221111111111v210v111??1111200"u8 +
        "12111111111111122222222222233333"u8 +
        "333231?????????????11111111?????"u8 +
        "??11??1?????????0111112222220002"u8 +
        "1???????????????????????????????"u8 +
        "02222201?0010011?10001033?0?010?"u8;

    /// <summary>How many values are put on the stack; <c>v</c>: depends on the method called.</summary>
    internal static ReadOnlySpan<byte> Pushes =>
        "00111111110000110110111111111111"u8 +
        "1111?200vv0000000000000000000000"u8 +
        "00000011111111111000000011111111"u8 +
        "111111111111111v0111111??1011011"u8 +
        "00111111111111111111111111100000"u8 +
        "000101?????????????11111111?????"u8 +
        "??11??1?????????1111111111110000"u8 +
        "1???????????????????????????????"u8 +
        "11111111?1101101?00000000?0?110?"u8;

    /// <summary>Whether the next instruction can be reached by jumps only.</summary>
    internal static bool EndsFlow(int opcode) => opcode is Br or BrS or Ret or Throw or Rethrow or Leave or LeaveS or EndFinally or EndFilter or Jmp;
}
