using System.CodeDom.Compiler;
using System.Runtime.CompilerServices;

namespace Multiprocessing.Serialization;

/// <summary>
/// Codecs of the framework's own types. Those are never copied field by field: hash tables depend on hash codes that differ per
/// process, and private fields are nobody's contract. Types are told by name: asking by typeof would load the assemblies of all of
/// them when the first is met.
/// </summary>
internal static class PlatformCodecs
{
    public static Codec? Find(Type type)
    {
        if (typeof(Exception).IsAssignableFrom(type))
        {
            return type == typeof(Exception) ? new ExceptionCodec() : CodecCatalog.For(typeof(Exception));
        }

        if (!AssemblyOrigin.IsPlatform(type.Assembly))
        {
            // A regular expression generated at compile time.
            return type.BaseType?.FullName == "System.Text.RegularExpressions.Regex" && type.IsDefined(typeof(GeneratedCodeAttribute), false)
                ? CodecCatalog.For(type.BaseType)
                : null;
        }

        if (type.IsInterface)
        {
            return null;
        }

        if (type.IsConstructedGenericType && GenericPlatformCodecs.Of(type.GetGenericTypeDefinition()) is { } codec)
        {
            return CodecCatalog.Make(codec, type.GetGenericArguments());
        }

        return Named(type) ?? Hidden(type);
    }

    private static Codec? Named(Type type) => type.FullName switch
    {
        "System.Version" => ScalarCodecs.ForVersion(),
        "System.TimeZoneInfo" => ScalarCodecs.ForTimeZone(),
        "System.Numerics.BigInteger" => ScalarCodecs.ForBigInteger(),
        "System.Collections.BitArray" => ScalarCodecs.ForBitArray(),
        "System.Net.IPAddress" => ScalarCodecs.ForAddress(),
        "System.Net.IPEndPoint" => ScalarCodecs.ForEndPoint(),
        "System.Threading.CancellationToken" => new CancellationTokenCodec(),
        "System.Uri" => TextCodecs.ForUri(),
        "System.Text.StringBuilder" => TextCodecs.ForStringBuilder(),
        "System.Text.Encoding" => TextCodecs.ForEncoding(),
        "System.Text.RegularExpressions.Regex" => TextCodecs.ForRegex(),
        "System.Globalization.CultureInfo" => TextCodecs.ForCulture(),
        "System.Globalization.CompareInfo" => TextCodecs.ForCompareInfo(),
        "System.StringComparer" => ComparerCodecs.ForStrings(),
        "System.Collections.Generic.ReferenceEqualityComparer" => ComparerCodecs.ForReferences(),
        "System.Collections.ArrayList" => OldCollectionCodecs.ForArrayList(),
        "System.Collections.Hashtable" => OldCollectionCodecs.ForHashtable(),
        "System.Type" => MemberCodecs.ForType(),
        "System.Reflection.MethodInfo" => MemberCodecs.ForMethod(),
        "System.Reflection.ConstructorInfo" => MemberCodecs.ForConstructor(),
        "System.Reflection.FieldInfo" => MemberCodecs.ForField(),
        "System.Reflection.PropertyInfo" => MemberCodecs.ForProperty(),
        "System.Reflection.EventInfo" => MemberCodecs.ForEvent(),
        "System.Reflection.Assembly" => MemberCodecs.ForAssembly(),
        _ => null,
    };

    // Objects whose public type is a base of the one that they really have.
    private static Codec? Hidden(Type type)
    {
        for (Type? level = type.BaseType; level is not null && level != typeof(object); level = level.BaseType)
        {
            switch (level.FullName)
            {
                case "System.Type":
                case "System.Reflection.MethodInfo":
                case "System.Reflection.ConstructorInfo":
                case "System.Reflection.FieldInfo":
                case "System.Reflection.PropertyInfo":
                case "System.Reflection.EventInfo":
                case "System.Reflection.Assembly":
                case "System.StringComparer":
                case "System.Text.Encoding":
                case "System.Net.IPAddress":
                    return CodecCatalog.For(level);
                default:
                    break;
            }

            if (level.IsConstructedGenericType && GenericPlatformCodecs.HasHidden(level.GetGenericTypeDefinition().FullName!, type))
            {
                return CodecCatalog.For(level);
            }
        }

        return null;
    }
}
