namespace Multiprocessing.Serialization;

/// <summary>The symbols of the processes whose self-contained payloads were read here; the least recently met are forgotten.</summary>
internal static class SenderTable
{
    private const int Capacity = 64;
    private static readonly Lock Gate = new();
    private static readonly List<Entry> Known = [];

    public static IncomingSymbols For(Guid sender)
    {
        lock (Gate)
        {
            int at = Known.FindLastIndex(entry => entry.Sender == sender);
            Entry entry = at >= 0 ? Known[at] : new Entry(sender, new IncomingSymbols(sparse: true));
            if (at < 0 || at != Known.Count - 1)
            {
                if (at >= 0)
                {
                    Known.RemoveAt(at);
                }
                else if (Known.Count == Capacity)
                {
                    Known.RemoveAt(0);
                }

                Known.Add(entry);
            }

            return entry.Symbols;
        }
    }

    // A class: lists of value tuples are compiled anew in every process.
    private sealed record Entry(Guid Sender, IncomingSymbols Symbols);
}
