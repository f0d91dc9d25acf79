using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Multiprocessing.Serialization;

/// <summary>Why a type cannot be sent and what to do instead; null if its fields may be copied.</summary>
internal static class RefusalReasons
{
    public static UnserializableException For(Type type, string reason) => new(type, reason);

    public static string? Of(Type type)
    {
        if (type.IsByRefLike || type.IsByRef)
        {
            return "spans and other ref structs point into the memory of this process. Send an array or a Memory<T>.";
        }

        if (type.IsPointer || type.IsFunctionPointer || type.FullName == "System.Reflection.Pointer")
        {
            return "pointers mean nothing in another process. Send what it points to.";
        }

        if (type.IsArray)
        {
            return "an array of pointers means nothing in another process. Send what they point to.";
        }

        return type.ContainsGenericParameters ? "it is an open generic type." : OfGenerated(type) ?? OfBases(type) ?? OfOwn(type);
    }

    private static string? OfGenerated(Type type)
    {
        if (typeof(IAsyncStateMachine).IsAssignableFrom(type))
        {
            return "it is an async method under way. Await it and send its result.";
        }

        bool isIterator = type.Name.Contains(">d__", StringComparison.Ordinal) && type.IsDefined(typeof(CompilerGeneratedAttribute), false);
        return isIterator && (typeof(IEnumerator).IsAssignableFrom(type) || typeof(IEnumerable).IsAssignableFrom(type))
            ? "it is an iterator, whose elements do not exist yet. Call ToArray() or ToList() and send that."
            : null;
    }

    private static string? OfBases(Type type)
    {
        foreach (Type level in PlatformLevels(type))
        {
            if (KnownRefusals.Of(level) is { } known)
            {
                return known;
            }
        }

        foreach (Type level in PlatformLevels(type))
        {
            if (level == type)
            {
                return typeof(IEnumerable).IsAssignableFrom(type)
                    ? "it is a sequence without known contents (a LINQ query, a view). Call ToArray() or ToList() and send that."
                    : "it is a type of the framework without a known way to another process. Send the data that it is made of.";
            }

            if (CodecCatalog.For(level) is IBaseCodec)
            {
                return null;
            }

            if (HasFields(level))
            {
                return $"its base {level} is a type of the framework without a known way to another process. Give it a codec by [PayloadCodec].";
            }
        }

        // A base with a codec of its own would neither write nor read what the derived type adds.
        return HasBaseWithCodec(type)
            ? "its base has a codec, which is not inherited. Give it one of its own by [PayloadCodec]."
            : null;
    }

    private static IEnumerable<Type> PlatformLevels(Type type)
    {
        for (Type? level = type; level is not null && level != typeof(object) && level != typeof(ValueType); level = level.BaseType)
        {
            if (AssemblyOrigin.IsPlatform(level.Assembly) && !PlainPlatformTypes.IsFieldwise(level))
            {
                yield return level;
            }
        }
    }

    private static bool HasBaseWithCodec(Type type)
    {
        for (Type? level = type.BaseType; level is not null; level = level.BaseType)
        {
            if (level.IsDefined(typeof(PayloadCodecAttribute), false))
            {
                return true;
            }
        }

        return false;
    }

    // What this library itself keeps open (pools, processes, locks) travels by a codec of its own or not at all.
    private static string? OfOwn(Type type) =>
        type.Assembly == typeof(RefusalReasons).Assembly && (typeof(IDisposable).IsAssignableFrom(type) || typeof(IAsyncDisposable).IsAssignableFrom(type))
            ? "it belongs to this process. Create one where it is needed."
            : null;

    private static bool HasFields(Type type) => type.GetFields(
        BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly).Length > 0;
}
