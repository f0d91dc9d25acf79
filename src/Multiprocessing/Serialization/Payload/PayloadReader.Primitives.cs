using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Multiprocessing.Serialization;

namespace Multiprocessing;

public ref partial struct PayloadReader
{
    /// <summary>Reads what <see cref="PayloadWriter.WriteByte"/> wrote.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte ReadByte()
    {
        if (_position >= _data.Length)
        {
            ThrowTruncated();
        }

        return _data[_position++];
    }

    /// <summary>Reads what <see cref="PayloadWriter.WriteBoolean"/> wrote.</summary>
    public bool ReadBoolean() => ReadByte() switch
    {
        0 => false,
        1 => true,
        _ => throw new PayloadException("A Boolean is neither 0 nor 1."),
    };

    /// <summary>Reads what <see cref="PayloadWriter.WriteInt32"/> wrote.</summary>
    public int ReadInt32() => ReadUnmanaged<int>();

    /// <summary>Reads what <see cref="PayloadWriter.WriteInt64"/> wrote.</summary>
    public long ReadInt64() => ReadUnmanaged<long>();

    /// <summary>Reads what <see cref="PayloadWriter.WriteDouble"/> wrote.</summary>
    public double ReadDouble() => ReadUnmanaged<double>();

    /// <summary>Reads what <see cref="PayloadWriter.WriteVarUInt"/> wrote.</summary>
    public ulong ReadVarUInt()
    {
        byte first = ReadByte();
        return first < 0x80 ? first : ReadVarUIntRest(first);
    }

    /// <summary>Reads what <see cref="PayloadWriter.WriteBytes"/> wrote, into a new array.</summary>
    public byte[] ReadBytes() => Take(ReadCount(1)).ToArray();

    /// <summary>Reads what <see cref="PayloadWriter.WriteString"/> wrote.</summary>
    public string? ReadString() => StringCodec.ReadString(ref this);

    internal string ReadRequiredString() => ReadString() ?? throw new PayloadException("A string is missing.");

    /// <summary>Reads what <see cref="PayloadWriter.Write{T}"/> wrote with the same <typeparamref name="T"/>.</summary>
    public T Read<T>() => Codec<T>.Instance.Read(ref this);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal T ReadUnmanaged<T>()
        where T : unmanaged => Unsafe.ReadUnaligned<T>(ref MemoryMarshal.GetReference(Take(Unsafe.SizeOf<T>())));

    private ulong ReadVarUIntRest(byte first)
    {
        ulong value = (ulong)first & 0x7F;
        for (int shift = 7; shift < 64; shift += 7)
        {
            byte next = ReadByte();
            if (shift == 63 && next > 1)
            {
                break;
            }

            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw new PayloadException("A number has more than 64 bits.");
    }
}
