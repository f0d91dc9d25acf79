using System.Runtime.InteropServices;

namespace Multiprocessing.Memory;

/// <summary>An item of a list as bytes: strings as their UTF-16 units, so that every string comes back as it was.</summary>
internal static class ListItem
{
    /// <summary>An item in the type that it is kept as.</summary>
    /// <exception cref="ArgumentException">It is of no such type.</exception>
    /// <exception cref="OverflowException">It has more than 64 bits.</exception>
    public static object? Normalize(object? value) => value switch
    {
        null or bool or long or double or decimal or string or byte[] => value,
        int number => (long)number,
        short number => (long)number,
        sbyte number => (long)number,
        byte number => (long)number,
        ushort number => (long)number,
        uint number => (long)number,
        ulong number => checked((long)number),
        float number => (double)number,
        _ => throw new ArgumentException(
            $"A {value.GetType()} cannot be an item; null, Boolean, whole numbers, Double, Decimal, String and Byte[] can.", nameof(value)),
    };

    public static ListItemType TypeOf(object? normalized) => normalized switch
    {
        null => ListItemType.Null,
        bool => ListItemType.Boolean,
        long => ListItemType.Int64,
        double => ListItemType.Double,
        decimal => ListItemType.Decimal,
        string => ListItemType.String,
        _ => ListItemType.Bytes,
    };

    /// <summary>In bytes.</summary>
    public static long LengthOf(object? normalized) => normalized switch
    {
        null => 0,
        bool => sizeof(bool),
        long or double => sizeof(long),
        decimal => sizeof(decimal),
        string text => text.Length * (long)sizeof(char),
        _ => ((byte[])normalized).LongLength,
    };

    public static void Write(Span<byte> bytes, object? normalized)
    {
        switch (normalized)
        {
            case bool value:
                bytes[0] = value ? (byte)1 : (byte)0;
                break;
            case long value:
                MemoryMarshal.Write(bytes, value);
                break;
            case double value:
                MemoryMarshal.Write(bytes, value);
                break;
            case decimal value:
                MemoryMarshal.Write(bytes, value);
                break;
            case string value:
                MemoryMarshal.AsBytes(value.AsSpan()).CopyTo(bytes);
                break;
            case byte[] value:
                value.CopyTo(bytes);
                break;
        }
    }

    /// <summary>The bytes may change while they are read: whoever calls this checks afterwards whether they have.</summary>
    public static object? Read(ListItemType type, ReadOnlySpan<byte> bytes) => type switch
    {
        ListItemType.Null => null,
        ListItemType.Boolean when bytes.Length >= 1 => bytes[0] != 0,
        ListItemType.Int64 when bytes.Length >= sizeof(long) => MemoryMarshal.Read<long>(bytes),
        ListItemType.Double when bytes.Length >= sizeof(double) => MemoryMarshal.Read<double>(bytes),
        ListItemType.Decimal when bytes.Length >= sizeof(decimal) => MemoryMarshal.Read<decimal>(bytes),
        ListItemType.String => new string(MemoryMarshal.Cast<byte, char>(bytes)),
        ListItemType.Bytes => bytes.ToArray(),
        _ => throw new InvalidDataException("The shared list was overwritten by something else."),
    };

    public static bool AreEqual(object? a, object? b) =>
        a is byte[] first && b is byte[] second ? first.AsSpan().SequenceEqual(second) : Equals(a, b);
}
