using System.Buffers.Binary;
using System.Text;

namespace Multiprocessing.Processes;

/// <summary>Reads a message of the control socket. Whatever does not fit its layout throws <see cref="InvalidDataException"/>.</summary>
internal ref struct ControlReader
{
    private ReadOnlySpan<byte> _rest;

    public ControlReader(ReadOnlySpan<byte> message) => _rest = message;

    public readonly int Remaining => _rest.Length;

    public byte ReadByte() => Take(1)[0];

    public ushort ReadUInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    public int ReadInt32() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));

    public long ReadInt64() => BinaryPrimitives.ReadInt64LittleEndian(Take(8));

    public Guid ReadGuid() => new(Take(16));

    public string? ReadString()
    {
        int length = ReadInt32();
        return length == -1 ? null : Encoding.UTF8.GetString(Take(length));
    }

    public string ReadRequiredString() => ReadString() ?? throw new InvalidDataException("A text is missing in a control message.");

    public ReadOnlySpan<byte> ReadBytes() => Take(ReadInt32());

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count < 0 || count > _rest.Length)
        {
            throw new InvalidDataException("A control message ends too early.");
        }
        ReadOnlySpan<byte> taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}
