using System.Collections;
using System.Runtime.CompilerServices;

namespace Multiprocessing.Serialization;

/// <summary>The collections from before generics that are still met.</summary>
internal static class OldCollectionCodecs
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static Codec ForArrayList() => new ArrayListCodec();

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static Codec ForHashtable() => new HashtableCodec();

    private sealed class ArrayListCodec : CollectionCodec<ArrayList>
    {
        protected override ArrayList ReadHead(ref PayloadReader reader, object? instance) => instance is null ? [] : Construct(instance);

        protected override void WriteElements(PayloadWriter writer, ArrayList value) =>
            ElementCodec<object?>.WriteAll(writer, value.ToArray().AsSpan());

        protected override void ReadElements(ref PayloadReader reader, ArrayList value) =>
            value.AddRange(ElementCodec<object?>.ReadAll(ref reader));
    }

    private sealed class HashtableCodec : CollectionCodec<Hashtable>
    {
        protected override Hashtable ReadHead(ref PayloadReader reader, object? instance) => instance is null ? [] : Construct(instance);

        protected override void WriteHead(PayloadWriter writer, Hashtable value)
        {
            if (value.GetType() == typeof(Hashtable) && EqualityComparer(value) is not null)
            {
                throw new UnserializableException("a Hashtable with a comparer cannot be sent. Use a Dictionary.");
            }
        }

        protected override void WriteElements(PayloadWriter writer, Hashtable value) =>
            PairCodec<object, object?>.WriteAll(
                writer, value.Cast<DictionaryEntry>().Select(entry => KeyValuePair.Create(entry.Key, entry.Value)), value.Count);

        protected override void ReadElements(ref PayloadReader reader, Hashtable value) => PairCodec<object, object?>.ReadAll(
            ref reader,
            (key, element) =>
            {
                value.Add(key, element);
                return true;
            });

        [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_EqualityComparer")]
        private static extern IEqualityComparer? EqualityComparer(Hashtable table);
    }
}
