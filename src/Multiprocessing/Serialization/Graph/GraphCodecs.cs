namespace Multiprocessing.Serialization;

/// <summary>Types without a codec of their own: all their fields.</summary>
internal static class GraphCodecs
{
    public static Codec Create(Type type) =>
        CodecCatalog.Make(type.IsValueType ? typeof(StructCodec<>) : typeof(ObjectGraphCodec<>), type);
}

internal static class ClosureCodecs
{
    public static Codec? Find(Type type) => ClosureTypes.IsClosure(type) && !type.ContainsGenericParameters
        ? CodecCatalog.Make(typeof(ClosureCodec<>), type)
        : null;
}
