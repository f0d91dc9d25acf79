using System.Runtime.ExceptionServices;

namespace Multiprocessing.Pools;

/// <summary>A call whose caller waits on its own thread; the caller also reads the response.</summary>
internal sealed class BlockingTask<TResult> : PoolTask<TResult>
{
    private readonly BlockingWait _wait = BlockingWait.OfThisThread;
    private readonly Thread _waiter = Thread.CurrentThread;
    private volatile IDirectWait? _waitedFor;
    private volatile bool _hasEnded;

    /// <summary>Waits for the end, without a limit: every task ends.</summary>
    internal TResult Wait()
    {
        while (!_hasEnded && Slot?.Worker is IDirectWait worker && !ReferenceEquals(worker, _waitedFor))
        {
            // Written before the look at the end, so that whoever ends this task sees either.
            _waitedFor = worker;
            Interlocked.MemoryBarrier();
            worker.WaitDirectly(this, static task => ((BlockingTask<TResult>)task)._hasEnded);
        }
        _wait.Until(this, static task => task._hasEnded);
        if (!IsCanceled && Failure is null && !IsResponseRead)
        {
            ReadResponse();
        }
        if (IsCanceled)
        {
            throw Cancellation();
        }
        if (Failure is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
        return Result;
    }

    protected override void OnUnread() => OnEnded();

    protected override void OnEnded()
    {
        // The waiter may be gone as soon as it sees the flag; its event stays valid, and a late signal is only a needless wake-up.
        var wait = _wait;
        _hasEnded = true;
        Interlocked.MemoryBarrier();
        if (Thread.CurrentThread != _waiter)
        {
            _waitedFor?.EndDirectWait();
        }
        wait.Signal();
    }
}
