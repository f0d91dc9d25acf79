using System.Numerics;

namespace Multiprocessing.Messaging.Queues;

/// <summary>
/// Every process of the tree can write anywhere in the ring, also by mistake: what is read from it is checked before it is used, so that
/// a damaged ring gives an error, and neither an endless loop nor memory of others.
/// </summary>
internal sealed unsafe partial class QueueRing
{
    /// <summary>For tests: how long a living process may be between two writes that follow each other, in milliseconds.</summary>
    public long PatienceLimit { get; set; } = 10_000;

    /// <summary>No item has more bytes in cells.</summary>
    private int MostBytes => (int)Math.Min(int.MaxValue, (long)_count * QueueLayout.PayloadInMore);

    private static InvalidDataException Damaged(string what) => new($"The shared memory of a queue is damaged: {what}.");

    private void CheckSizes(long bytes)
    {
        if (!BitOperations.IsPow2(_count) || QueueLayout.SizeFor(_count) > bytes)
        {
            throw Damaged($"{_count} cells");
        }
    }

    /// <summary>Whether the item in that state can be what its cell says. The answer counts only while the state is the same.</summary>
    private void CheckItem(long position, CellState state)
    {
        byte* cell = CellAt(position);
        int span = Volatile.Read(ref *(int*)(cell + QueueLayout.Span));
        int length = Volatile.Read(ref *(int*)(cell + QueueLayout.Length));
        if (span == 1 && (uint)length <= QueueLayout.PayloadInFirst)
        {
            return;
        }

        bool isSound = span > 0 && span <= _count
            && (length == QueueLayout.Skipped || ((uint)length <= (uint)MostBytes && span == QueueLayout.SpanFor(length)));
        if (!isSound && Volatile.Read(ref StateWord(position)) == state.Word)
        {
            throw Damaged($"an item of {length} bytes in {span} cells");
        }
    }

    /// <summary>Waits for a living process to make the next of a few writes.</summary>
    private struct Patience(long limit)
    {
        private SpinWait _spin;
        private long _since;

        public void Once()
        {
            _spin.SpinOnce(sleep1Threshold: -1);
            long now = Environment.TickCount64;
            _since = _since == 0 ? now : _since;
            if (now - _since > limit)
            {
                throw Damaged("a cell that a living process has had for too long; or that process is stopped");
            }
        }
    }
}
