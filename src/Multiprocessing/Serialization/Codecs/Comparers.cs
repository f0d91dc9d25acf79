namespace Multiprocessing.Serialization;

/// <summary>
/// Comparers of collections: 0 for the default one, else 1 and the comparer as any object. The framework's string comparers have
/// a codec of their own; a user's comparer is an object like others.
/// </summary>
internal static class Comparers<T>
{
    public static void WriteEquality(PayloadWriter writer, IEqualityComparer<T>? comparer)
    {
        bool isDefault = comparer is null || ReferenceEquals(comparer, EqualityComparer<T>.Default);
        Write(writer, isDefault ? null : comparer);
    }

    public static IEqualityComparer<T>? ReadEquality(ref PayloadReader reader) => Read<IEqualityComparer<T>>(ref reader);

    public static void WriteOrder(PayloadWriter writer, IComparer<T>? comparer) =>
        Write(writer, comparer is null || ReferenceEquals(comparer, Comparer<T>.Default) ? null : comparer);

    public static IComparer<T>? ReadOrder(ref PayloadReader reader) => Read<IComparer<T>>(ref reader);

    private static void Write<TComparer>(PayloadWriter writer, TComparer? comparer)
        where TComparer : class
    {
        if (comparer is null)
        {
            writer.WriteByte(0);
            return;
        }

        writer.WriteByte(1);
        try
        {
            Codec<TComparer>.Instance.Write(writer, comparer);
        }
        catch (UnserializableException exception) when (exception.Passes("comparer"))
        {
            throw;
        }
    }

    private static TComparer? Read<TComparer>(ref PayloadReader reader)
        where TComparer : class => reader.ReadBoolean() ? Codec<TComparer>.Instance.Read(ref reader) : null;
}
