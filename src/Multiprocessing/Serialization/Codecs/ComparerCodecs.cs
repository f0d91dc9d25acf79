using System.Globalization;

namespace Multiprocessing.Serialization;

/// <summary>The framework's comparers. Hash codes of strings differ per process, so only what a comparer does can travel.</summary>
internal static class ComparerCodecs
{
    public static Codec ForStrings() => new SimpleCodec<StringComparer>(Write, Read);

    public static Codec ForReferences() => new SingletonCodec<ReferenceEqualityComparer>(ReferenceEqualityComparer.Instance);

    private static void Write(PayloadWriter writer, StringComparer value)
    {
        if (StringComparer.IsWellKnownOrdinalComparer(value, out bool ignoreCase))
        {
            writer.WriteByte(ignoreCase ? (byte)1 : (byte)0);
        }
        else if (StringComparer.IsWellKnownCultureAwareComparer(value, out CompareInfo? compareInfo, out CompareOptions options))
        {
            writer.WriteByte(2);
            writer.WriteString(compareInfo.Name);
            writer.WriteInt32((int)options);
        }
        else
        {
            throw new UnserializableException($"the comparer {value.GetType()} is not one of the well-known ones.");
        }
    }

    private static StringComparer Read(ref PayloadReader reader)
    {
        switch (reader.ReadByte())
        {
            case 0:
                return StringComparer.Ordinal;
            case 1:
                return StringComparer.OrdinalIgnoreCase;
            case 2:
                CultureInfo culture = CultureInfo.GetCultureInfo(reader.ReadRequiredString());
                return StringComparer.Create(culture, (CompareOptions)reader.ReadInt32());
            default:
                throw new PayloadException("A string comparer is of an unknown kind.");
        }
    }
}

internal sealed class DefaultEqualityCodec<T> : SingletonCodec<EqualityComparer<T>>
{
    private DefaultEqualityCodec()
        : base(EqualityComparer<T>.Default)
    {
    }
}

internal sealed class DefaultOrderCodec<T> : SingletonCodec<Comparer<T>>
{
    private DefaultOrderCodec()
        : base(Comparer<T>.Default)
    {
    }
}
