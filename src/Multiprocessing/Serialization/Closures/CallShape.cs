namespace Multiprocessing.Serialization.Closures;

/// <summary>
/// How many values a call takes from the stack and puts there, read from the signature's bytes (ECMA-335, II.23.2): unlike asking
/// reflection for the parameters, this loads no types.
/// </summary>
internal readonly struct CallShape
{
    private CallShape(int arguments, bool hasThis, bool returns) => (Parameters, HasThis, Returns) = (arguments, hasThis, returns);

    internal int Parameters { get; }

    internal bool HasThis { get; }

    internal bool Returns { get; }

    internal static CallShape Parse(ReadOnlySpan<byte> signature)
    {
        const byte hasThis = 0x20, generic = 0x10, required = 0x1F, optional = 0x20, nothing = 0x01;
        var convention = signature[0];
        signature = signature[1..];
        if ((convention & generic) != 0)
        {
            _ = ReadCompressed(ref signature);
        }
        var parameters = ReadCompressed(ref signature);
        while (signature[0] is required or optional)
        {
            signature = signature[1..];
            _ = ReadCompressed(ref signature);
        }
        return new CallShape(parameters, (convention & hasThis) != 0, signature[0] != nothing);
    }

    private static int ReadCompressed(scoped ref ReadOnlySpan<byte> bytes)
    {
        var first = bytes[0];
        var size = first < 0x80 ? 1 : first < 0xC0 ? 2 : 4;
        var value = size switch
        {
            1 => first,
            2 => (first & 0x3F) << 8 | bytes[1],
            _ => (first & 0x1F) << 24 | bytes[1] << 16 | bytes[2] << 8 | bytes[3],
        };
        bytes = bytes[size..];
        return value;
    }
}
