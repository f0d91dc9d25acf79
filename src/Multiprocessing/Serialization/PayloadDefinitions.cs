using System.Runtime.InteropServices;

namespace Multiprocessing.Serialization;

/// <summary>
/// The definitions at the head of a self-contained payload. What a thread wrote and read last is kept, because the next payload mostly begins
/// with the same.
/// </summary>
/// <remarks>[number of definitions] and, if there are any, [the writing process: 16 bytes] [symbol, length, definition]...</remarks>
internal static class PayloadDefinitions
{
    private const int LongestKept = 4096;
    private static readonly byte[] None = [0];

    [ThreadStatic]
    private static List<int>? Spare;

    [ThreadStatic]
    private static Written? LastWritten;

    [ThreadStatic]
    private static Read? LastRead;

    /// <summary>A list for the symbols that a body uses, for <see cref="Write"/>.</summary>
    public static List<int> Begin()
    {
        List<int> used = Spare ?? [];
        Spare = null;
        used.Clear();
        return used;
    }

    /// <returns>The bytes; they must not be changed.</returns>
    public static byte[] Write(List<int> used)
    {
        Spare = used;
        if (used.Count == 0)
        {
            return None;
        }

        ReadOnlySpan<int> symbols = CollectionsMarshal.AsSpan(used);
        if (LastWritten is { } last && symbols.SequenceEqual(last.Symbols))
        {
            return last.Head;
        }

        byte[] head = Define(symbols);
        if (head.Length <= LongestKept && used.Count <= LongestKept)
        {
            LastWritten = new Written([.. symbols], head);
        }

        return head;
    }

    /// <exception cref="PayloadException">They are malformed, or contradict each other.</exception>
    public static IncomingSymbols ReadFrom(ref PayloadReader reader)
    {
        ReadOnlySpan<byte> whole = reader.Rest;
        if (LastRead is { } last && whole.StartsWith(last.Head))
        {
            reader.Take(last.Head.Length);
            return last.Symbols;
        }

        int count = reader.ReadCount(3);
        if (count == 0)
        {
            return IncomingSymbols.None;
        }

        IncomingSymbols symbols = ReadFrom(ref reader, count);
        int length = whole.Length - reader.Remaining;
        if (length <= LongestKept)
        {
            LastRead = new Read(whole[..length].ToArray(), symbols);
        }

        return symbols;
    }

    private static byte[] Define(ReadOnlySpan<int> used)
    {
        SortedSet<int> needed = [];
        foreach (int symbol in used)
        {
            OutgoingSymbols.Process.AddWithDependencies(symbol, needed);
        }

        PayloadWriter writer = PayloadWriter.Rent();
        writer.WriteVarUInt((uint)needed.Count);
        OutgoingSymbols.ProcessIdentity.TryWriteBytes(writer.Append(16));
        foreach (int symbol in needed)
        {
            writer.WriteVarUInt((uint)symbol);
            writer.WriteBytes(OutgoingSymbols.Process.GetDefinition(symbol));
        }

        byte[] head = writer.Written.ToArray();
        writer.Return();
        return head;
    }

    private static IncomingSymbols ReadFrom(ref PayloadReader reader, int count)
    {
        Guid sender = new(reader.Take(16));
        PayloadReader again = reader;
        IncomingSymbols known = SenderTable.For(sender);
        if (TryDefine(ref reader, count, known))
        {
            return known;
        }

        // Two processes that claim one identity contradict each other: this payload gets a table of its own.
        IncomingSymbols own = new(sparse: true);
        reader = again;
        return TryDefine(ref reader, count, own) ? own : throw new PayloadException("A symbol is defined twice.");
    }

    private static bool TryDefine(ref PayloadReader reader, int count, IncomingSymbols symbols)
    {
        for (int i = 0; i < count; i++)
        {
            int id = reader.ReadSymbol();
            if (!symbols.TryDefineSparse(id, reader.Take(reader.ReadCount(1))))
            {
                return false;
            }
        }

        return true;
    }

    private sealed record Written(int[] Symbols, byte[] Head);

    private sealed record Read(byte[] Head, IncomingSymbols Symbols);
}
