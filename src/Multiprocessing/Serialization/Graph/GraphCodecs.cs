using System.Reflection;

namespace Multiprocessing.Serialization;

/// <summary>Types without a codec of their own: all their fields.</summary>
internal static class GraphCodecs
{
    public static Codec Create(Type type)
    {
        if (type.IsValueType)
        {
            return CodecCatalog.Make(typeof(StructCodec<>), type);
        }

        return CodecCatalog.Make(ClosureTypes.IsClosure(type) ? typeof(ClosureCodec<>) : typeof(ObjectGraphCodec<>), type);
    }
}
