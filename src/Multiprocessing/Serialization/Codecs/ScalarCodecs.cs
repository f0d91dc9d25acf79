using System.Collections;
using System.Net;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Multiprocessing.Serialization;

/// <summary>Numbers, times, addresses. One method per type: an assembly is loaded only when its type is met.</summary>
internal static class ScalarCodecs
{
    private const int LongestScopedAddress = 24;

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static Codec ForBigInteger() => new SimpleValueCodec<BigInteger>(
        1,
        static (writer, value) => writer.WriteBytes(value.ToByteArray()),
        static (ref reader) => new BigInteger(reader.Take(reader.ReadCount(1))));

    public static Codec ForVersion() => new SimpleCodec<Version>(
        static (writer, value) => writer.WriteString(value.ToString()),
        static (ref reader) => Version.Parse(reader.ReadRequiredString()));

    /// <summary>The zone's name where the system knows the very same zone by it, else all its rules.</summary>
    public static Codec ForTimeZone() => new SimpleCodec<TimeZoneInfo>(
        static (writer, value) =>
        {
            bool isKnown = TimeZoneInfo.TryFindSystemTimeZoneById(value.Id, out TimeZoneInfo? known) && known.Equals(value);
            writer.WriteBoolean(isKnown);
            writer.WriteString(isKnown ? value.Id : value.ToSerializedString());
        },
        static (ref reader) => reader.ReadBoolean()
            ? TimeZoneInfo.FindSystemTimeZoneById(reader.ReadRequiredString())
            : TimeZoneInfo.FromSerializedString(reader.ReadRequiredString()));

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static Codec ForBitArray() => new SimpleCodec<BitArray>(
        static (writer, value) =>
        {
            byte[] bytes = new byte[(value.Length + 7) / 8];
            value.CopyTo(bytes, 0);
            writer.WriteVarUInt((uint)value.Length);
            bytes.CopyTo(writer.Append(bytes.Length));
        },
        static (ref reader) =>
        {
            ulong length = reader.ReadVarUInt();
            if (length > (ulong)reader.Remaining * 8)
            {
                throw new PayloadException("A BitArray has more bits than its payload.");
            }

            return new BitArray(reader.Take(((int)length + 7) / 8).ToArray()) { Length = (int)length };
        });

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static Codec ForAddress() => new SimpleCodec<IPAddress>(WriteAddress, ReadAddress);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static Codec ForEndPoint() => new SimpleCodec<IPEndPoint>(
        static (writer, value) =>
        {
            WriteAddress(writer, value.Address);
            writer.WriteVarUInt((uint)value.Port);
        },
        static (ref reader) =>
        {
            IPAddress address = ReadAddress(ref reader);
            return new IPEndPoint(address, (int)Math.Min(reader.ReadVarUInt(), int.MaxValue));
        });

    private static void WriteAddress(PayloadWriter writer, IPAddress value)
    {
        byte[] bytes = value.GetAddressBytes();
        bool scoped = bytes.Length == 16;
        writer.WriteByte((byte)(scoped ? LongestScopedAddress : bytes.Length));
        bytes.CopyTo(writer.Append(bytes.Length));
        if (scoped)
        {
            writer.WriteInt64(value.ScopeId);
        }
    }

    private static IPAddress ReadAddress(ref PayloadReader reader) => reader.ReadByte() == LongestScopedAddress
        ? new IPAddress(reader.Take(16), reader.ReadInt64())
        : new IPAddress(reader.Take(4));
}
