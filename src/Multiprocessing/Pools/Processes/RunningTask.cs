using System.Diagnostics.CodeAnalysis;

namespace Multiprocessing.Pools.Processes;

/// <summary>
/// The token of the task that this worker runs. A cancellation may come from another thread before the task has begun, while it runs, or
/// after it.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "See End.")]
internal sealed class RunningTask
{
    private readonly Lock _lock = new();
    private CancellationTokenSource? _source;
    private uint _sequence;
    private uint _cancelled;

    public CancellationToken Begin(uint sequence)
    {
        lock (_lock)
        {
            _source = new CancellationTokenSource();
            _sequence = sequence;
            if (_cancelled == sequence)
            {
                _source.Cancel();
            }

            return _source.Token;
        }
    }

    public void End()
    {
        lock (_lock)
        {
            // Not disposed: a cancellation may be on its way on the thread pool, and a source without a timer holds nothing.
            _source = null;
        }
    }

    public void Cancel(uint sequence)
    {
        CancellationTokenSource? source;
        lock (_lock)
        {
            // Tasks run one at a time, in their order: one place to remember is enough, for the latest. A cancellation of an earlier one, whose
            // end the pool has not heard of yet, can come after it.
            if (unchecked((int)(sequence - _cancelled)) > 0)
            {
                _cancelled = sequence;
            }

            source = _sequence == sequence ? _source : null;
        }

        if (source is not null)
        {
            // What the task registered on its token is user code and must not run on the event loop.
            ThreadPool.UnsafeQueueUserWorkItem(static s => s.Cancel(), source, preferLocal: false);
        }
    }
}
