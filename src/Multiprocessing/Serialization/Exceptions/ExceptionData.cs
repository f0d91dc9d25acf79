using System.Collections;

namespace Multiprocessing.Serialization;

/// <summary>
/// The Data of an exception: the number of entries and each as a payload inside the payload. An entry that cannot be sent arrives as
/// its text.
/// </summary>
internal static class ExceptionData
{
    public static void Write(PayloadWriter writer, IDictionary data)
    {
        writer.WriteVarUInt((uint)data.Count);
        foreach (DictionaryEntry entry in data)
        {
            WriteAny(writer, entry.Key);
            WriteAny(writer, entry.Value);
        }
    }

    public static void Read(ref PayloadReader reader, IDictionary data)
    {
        int count = reader.ReadCount(2);
        for (int i = 0; i < count; i++)
        {
            object key = ReadAny(ref reader) ?? throw new PayloadException("A key of an exception's data is missing.");
            data[key] = ReadAny(ref reader);
        }
    }

    private static void WriteAny(PayloadWriter writer, object? value)
    {
        List<int> symbols = [];
        PayloadWriter nested = PayloadWriter.Rent();
        try
        {
            nested.CollectSymbols(symbols);
            try
            {
                Codec<object?>.Instance.Write(nested, value);
            }
            catch (UnserializableException)
            {
                symbols.Clear();
                nested.Clear();
                Codec<object?>.Instance.Write(nested, value?.ToString() ?? string.Empty);
            }

            writer.WriteBytes(nested.Written);
            symbols.ForEach(writer.Use);
        }
        finally
        {
            nested.Return();
        }
    }

    private static object? ReadAny(ref PayloadReader reader)
    {
        PayloadReader nested = new(reader.Take(reader.ReadCount(1)), reader.Symbols);
        object? value = Codec<object?>.Instance.Read(ref nested);
        nested.RunDeferred();
        return value;
    }
}
