using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Multiprocessing.Serialization;

namespace Multiprocessing;

public sealed partial class PayloadWriter
{
    /// <summary>Writes one byte.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteByte(byte value)
    {
        if (_position == _buffer.Length)
        {
            Grow(1);
        }

        _buffer[_position++] = value;
    }

    /// <summary>Writes a Boolean as one byte.</summary>
    public void WriteBoolean(bool value) => WriteByte(value ? (byte)1 : (byte)0);

    /// <summary>Writes four bytes.</summary>
    public void WriteInt32(int value) => WriteUnmanaged(value);

    /// <summary>Writes eight bytes.</summary>
    public void WriteInt64(long value) => WriteUnmanaged(value);

    /// <summary>Writes eight bytes.</summary>
    public void WriteDouble(double value) => WriteUnmanaged(value);

    /// <summary>Writes an unsigned number in one to ten bytes: small numbers need less.</summary>
    public void WriteVarUInt(ulong value)
    {
        if (value < 0x80)
        {
            WriteByte((byte)value);
            return;
        }

        Span<byte> bytes = stackalloc byte[10];
        int count = 0;
        while (value >= 0x80)
        {
            bytes[count++] = (byte)(value | 0x80);
            value >>= 7;
        }

        bytes[count++] = (byte)value;
        bytes[..count].CopyTo(Append(count));
    }

    /// <summary>Writes a length and the bytes.</summary>
    public void WriteBytes(ReadOnlySpan<byte> value)
    {
        WriteVarUInt((uint)value.Length);
        value.CopyTo(Append(value.Length));
    }

    /// <summary>Writes a string, which may be null. Every UTF-16 code unit arrives as it is, lone surrogates included.</summary>
    public void WriteString(string? value) => StringCodec.WriteString(this, value);

    /// <summary>
    /// Writes any value that can be sent, with all that it refers to, as if it were a field of type <typeparamref name="T"/>.
    /// </summary>
    /// <exception cref="UnserializableException">The value, or something that it refers to, cannot be sent.</exception>
    public void Write<T>(T value) => Codec<T>.Instance.Write(this, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void WriteUnmanaged<T>(T value)
        where T : unmanaged
    {
        Unsafe.WriteUnaligned(ref MemoryMarshal.GetReference(Append(Unsafe.SizeOf<T>())), value);
    }
}
