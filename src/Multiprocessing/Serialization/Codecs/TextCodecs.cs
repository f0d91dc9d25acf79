using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;

namespace Multiprocessing.Serialization;

/// <summary>Text and what belongs to it. One method per type: an assembly is loaded only when its type is met.</summary>
internal static class TextCodecs
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static Codec ForStringBuilder() => new SimpleCodec<StringBuilder>(
        static (writer, value) => writer.WriteString(value.ToString()),
        static (ref reader) => new StringBuilder(reader.ReadRequiredString()));

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static Codec ForUri() => new SimpleCodec<Uri>(
        static (writer, value) =>
        {
            writer.WriteBoolean(value.IsAbsoluteUri);
            writer.WriteString(value.OriginalString);
        },
        static (ref reader) =>
        {
            UriKind kind = reader.ReadBoolean() ? UriKind.Absolute : UriKind.Relative;
            return new Uri(reader.ReadRequiredString(), kind);
        });

    /// <summary>Generated expressions are classes of the user's assembly; what arrives is the same pattern, interpreted.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static Codec ForRegex() => new SimpleCodec<Regex>(
        static (writer, value) =>
        {
            writer.WriteString(value.ToString());
            writer.WriteInt32((int)value.Options);
            writer.WriteInt64(value.MatchTimeout.Ticks);
        },
        static (ref reader) =>
        {
            string pattern = reader.ReadRequiredString();
            RegexOptions options = (RegexOptions)reader.ReadInt32();
            return new Regex(pattern, options, new TimeSpan(reader.ReadInt64()));
        });

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static Codec ForCulture() => new SimpleCodec<CultureInfo>(
        static (writer, value) =>
        {
            writer.WriteString(value.Name);
            writer.WriteBoolean(value.UseUserOverride);
            writer.WriteBoolean(value.IsReadOnly);
        },
        static (ref reader) =>
        {
            string name = reader.ReadRequiredString();
            bool useUserOverride = reader.ReadBoolean();
            return reader.ReadBoolean() ? CultureInfo.GetCultureInfo(name) : new CultureInfo(name, useUserOverride);
        });

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static Codec ForCompareInfo() => new SimpleCodec<CompareInfo>(
        static (writer, value) => writer.WriteString(value.Name),
        static (ref reader) => CompareInfo.GetCompareInfo(reader.ReadRequiredString()));

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static Codec ForEncoding() => new SimpleCodec<Encoding>(
        static (writer, value) =>
        {
            writer.WriteInt32(value.CodePage);
            writer.WriteBoolean(value.Preamble.Length > 0);
            writer.WriteBoolean(value.DecoderFallback is DecoderExceptionFallback);
        },
        static (ref reader) =>
        {
            int codePage = reader.ReadInt32();
            bool mark = reader.ReadBoolean();
            bool strict = reader.ReadBoolean();
            return codePage switch
            {
                65001 => new UTF8Encoding(mark, strict),
                1200 => new UnicodeEncoding(false, mark, strict),
                1201 => new UnicodeEncoding(true, mark, strict),
                12000 => new UTF32Encoding(false, mark, strict),
                12001 => new UTF32Encoding(true, mark, strict),
                _ when strict => Encoding.GetEncoding(codePage, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback),
                _ => Encoding.GetEncoding(codePage),
            };
        });
}
