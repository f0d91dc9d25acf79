namespace Multiprocessing.Serialization;

/// <summary>
/// Codecs of the framework's own types. Those are never copied field by field: hash tables depend on hash codes that differ per
/// process, and private fields are nobody's contract.
/// </summary>
internal static class PlatformCodecs
{
    private static readonly Dictionary<Type, Type> Generic = new()
    {
        [typeof(List<>)] = typeof(ListCodec<>),
        [typeof(Dictionary<,>)] = typeof(DictionaryCodec<,>),
    };

    public static Codec? Find(Type type)
    {
        if (type.IsInterface || type.IsAbstract)
        {
            return null;
        }

        if (type.IsConstructedGenericType && Generic.TryGetValue(type.GetGenericTypeDefinition(), out Type? codec))
        {
            return CodecCatalog.Make(codec, type.GetGenericArguments());
        }

        return null;
    }
}
