namespace Multiprocessing.Pools;

/// <summary>
/// How far a batch is, in memory that the worker and its pool share; docs/protocol.md, "Batches". The claim word has the next item in its
/// lower half and the end in its upper one: the worker moves the one, the pool the other, each by compare-and-swap of both. The other two
/// are the worker's.
/// </summary>
internal readonly unsafe struct BatchWords
{
    internal const int Size = 3 * sizeof(long);
    private readonly long* _words;

    internal BatchWords(long* words) => _words = words;

    /// <summary>When the item that runs began; only noted if there is a time limit.</summary>
    internal long Since => Volatile.Read(ref _words[2]);

    internal int Finished => (int)Volatile.Read(ref _words[1]);

    internal static void Initialize(Span<byte> words, int count)
    {
        words[..Size].Clear();
        BitConverter.TryWriteBytes(words, (long)count << 32);
    }

    /// <summary>The worker begins with the next item.</summary>
    internal bool TryClaim(out int index)
    {
        while (true)
        {
            var claim = Volatile.Read(ref _words[0]);
            index = (int)claim;
            if (index >= (int)(claim >> 32))
            {
                return false;
            }
            if (Interlocked.CompareExchange(ref _words[0], claim + 1, claim) == claim)
            {
                return true;
            }
        }
    }

    /// <summary>The worker notes, before it claims an item, when that begins.</summary>
    internal void SetSince(long now) => Volatile.Write(ref _words[2], now);

    /// <summary>The worker has ended the item that it claimed last; its outcome was written before.</summary>
    internal void Finish() => Volatile.Write(ref _words[1], _words[1] + 1);

    /// <summary>The pool takes back at most so many items, the last ones.</summary>
    /// <param name="end">Where the batch ends, as the pool remembers it.</param>
    /// <param name="most">How many to take back at most.</param>
    /// <returns>How many were taken back; -1: the words contradict what the pool knows.</returns>
    internal int TakeBack(int end, int most)
    {
        while (true)
        {
            var claim = Volatile.Read(ref _words[0]);
            var next = (int)claim;
            if ((int)(claim >> 32) != end || next < 0 || next > end)
            {
                return -1;
            }
            var count = Math.Min(most, end - next);
            if (count <= 0 || Interlocked.CompareExchange(ref _words[0], claim - ((long)count << 32), claim) == claim)
            {
                return Math.Max(0, count);
            }
        }
    }

    /// <summary>How far the worker is, as far as that can be believed.</summary>
    internal BatchProgress Progress(int end)
    {
        // In this order: what is finished was claimed before.
        var finished = Finished;
        var begun = Math.Clamp((int)Volatile.Read(ref _words[0]), 0, end);
        return new BatchProgress(begun, Math.Clamp(finished, 0, begun));
    }
}
