namespace Multiprocessing.Serialization;

/// <summary>The symbols of the processes whose self-contained payloads were read here; the least recently met are forgotten.</summary>
internal static class SenderTable
{
    private const int Capacity = 64;
    private static readonly Lock Gate = new();
    private static readonly List<(Guid Sender, IncomingSymbols Symbols)> Known = [];

    public static IncomingSymbols For(Guid sender)
    {
        lock (Gate)
        {
            int at = Known.FindLastIndex(entry => entry.Sender == sender);
            (Guid, IncomingSymbols Symbols) entry = at >= 0 ? Known[at] : (sender, new IncomingSymbols(sparse: true));
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
}
