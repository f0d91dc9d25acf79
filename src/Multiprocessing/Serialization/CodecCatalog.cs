using System.Collections.Concurrent;

namespace Multiprocessing.Serialization;

/// <summary>Finds the codec of a type. The order of the questions is the order of precedence.</summary>
internal static class CodecCatalog
{
    private static readonly ConcurrentDictionary<Type, Codec> Known = new();

    public static Codec For(Type type) => Known.TryGetValue(type, out Codec? codec) ? codec : Known.GetOrAdd(type, Create(type));

    /// <summary>A codec made by the parameterless constructor of a generic codec type.</summary>
    public static Codec Make(Type genericCodec, params Type[] arguments) =>
        (Codec)Activator.CreateInstance(genericCodec.MakeGenericType(arguments), nonPublic: true)!;

    // Closures first: they are in most payloads, and asking them for attributes costs a new process a millisecond.
    private static Codec Create(Type type) =>
        ClosureCodecs.Find(type)
        ?? PrimitiveCodecs.Find(type)
        ?? ProgressCodecs.Find(type)
        ?? ShapeCodecs.Find(type)
        ?? CustomCodecs.Find(type)
        ?? PlatformCodecs.Find(type)
        ?? Refusals.Find(type)
        ?? GraphCodecs.Create(type);
}
