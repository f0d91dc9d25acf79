using System.Runtime.ExceptionServices;

namespace Multiprocessing.Pools;

/// <summary>A call whose caller waits on its own thread; the caller also reads the response.</summary>
/// <remarks>
/// A thread uses the object of its last plain call again, so that warm calls allocate nothing. Whoever published its end to the waiter touches
/// nothing of it afterwards but what it waits for, to wake it, see <see cref="OnEnded"/>.
/// </remarks>
internal sealed class BlockingTask<TResult> : PoolTask<TResult>
{
    [ThreadStatic]
    private static BlockingTask<TResult>? Spare;

    private readonly BlockingWait _wait = BlockingWait.OfThisThread;
    private readonly Thread _waiter = Thread.CurrentThread;
    private volatile IDirectWait? _waitedFor;
    private volatile bool _hasEnded;
    private bool _isPlain;

    /// <summary>A call without options, without a token.</summary>
    internal static BlockingTask<TResult> Plain(Delegate function)
    {
        if (Spare is not { } task)
        {
            return new() { Function = function, Token = CancellationToken.None, TakesToken = false, TimeoutTicks = -1, _isPlain = true };
        }
        Spare = null; // What the call runs on this thread may be calls as well.
        task.Function = function;
        return task;
    }

    /// <summary>Waits for the end, without a limit: every task ends. To be called once; the task is not the caller's any more then.</summary>
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
        var result = Result;
        if (_isPlain && HasPlainlySucceeded)
        {
            Renew();
            Spare = this;
        }
        return result;
    }

    protected override void OnUnread() => OnEnded();

    protected override void OnEnded()
    {
        // The waiter may be gone, or with its next call, as soon as it sees the flag; a late signal is only a needless wake-up then.
        _hasEnded = true;
        Interlocked.MemoryBarrier();
        if (Thread.CurrentThread != _waiter)
        {
            _waitedFor?.EndDirectWait();
        }
        _wait.Signal();
    }

    private protected override void Renew()
    {
        base.Renew();
        _waitedFor = null;
        _hasEnded = false;
    }
}
