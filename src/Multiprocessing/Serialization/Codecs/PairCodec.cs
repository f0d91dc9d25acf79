namespace Multiprocessing.Serialization;

/// <summary>Keys and values one after another, for all kinds of dictionaries.</summary>
internal static class PairCodec<TKey, TValue>
{
    public static void WriteAll(PayloadWriter writer, IEnumerable<KeyValuePair<TKey, TValue>> pairs, int count)
    {
        Codec<TKey> keys = Codec<TKey>.Instance;
        Codec<TValue> values = Codec<TValue>.Instance;
        writer.WriteVarUInt((uint)count);
        int i = 0;
        bool inKey = true;
        string? key = null;
        try
        {
            foreach (KeyValuePair<TKey, TValue> pair in pairs)
            {
                inKey = true;
                keys.Write(writer, pair.Key);
                inKey = false;
                key = typeof(TKey) == typeof(string) ? (string?)(object?)pair.Key : null;
                values.Write(writer, pair.Value);
                i++;
            }
        }
        catch (UnserializableException exception)
            when (exception.Passes(inKey ? $"key number {i}" : key is null ? $"value number {i}" : $"value of key \"{key}\""))
        {
            throw;
        }
        catch (InvalidOperationException exception)
        {
            throw new UnserializableException("the dictionary was changed while it was written.", exception);
        }

        if (i != count)
        {
            throw new UnserializableException("the dictionary was changed while it was written.");
        }
    }

    /// <summary>
    /// Reads and adds the pairs: at once if the keys are complete once they are read, else after the whole payload.
    /// </summary>
    public static void ReadAll(ref PayloadReader reader, Func<TKey, TValue, bool> tryAdd, Func<int, int>? ensureCapacity = null)
    {
        Codec<TKey> keys = Codec<TKey>.Instance;
        Codec<TValue> values = Codec<TValue>.Instance;
        int count = reader.ReadCount(keys.LeastSize + values.LeastSize);
        if (keys.IsSelfContained)
        {
            ensureCapacity?.Invoke(count);
            for (int i = 0; i < count; i++)
            {
                Add(tryAdd, keys.Read(ref reader), values.Read(ref reader));
            }

            return;
        }

        KeyValuePair<TKey, TValue>[] pairs = new KeyValuePair<TKey, TValue>[count];
        for (int i = 0; i < count; i++)
        {
            TKey key = keys.Read(ref reader);
            pairs[i] = new(key, values.Read(ref reader));
        }

        reader.Defer(() =>
        {
            foreach (KeyValuePair<TKey, TValue> pair in pairs)
            {
                Add(tryAdd, pair.Key, pair.Value);
            }
        });
    }

    private static void Add(Func<TKey, TValue, bool> tryAdd, TKey key, TValue value)
    {
        if (!tryAdd(key, value))
        {
            throw new PayloadException("A dictionary has the same key twice.");
        }
    }
}
