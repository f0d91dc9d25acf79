using Multiprocessing.Platform;

namespace Multiprocessing.Memory;

/// <summary>
/// The threads of this process that sleep on words of shared memory, so that they can be called back. A futex cannot be told "wake
/// whoever is about to sleep": a thread called back just before its sleep would miss it. So it is called again until it has come.
/// </summary>
internal sealed unsafe class SleepingThreads(Lock registryLock, Action ringWakeThread)
{
    private SyncWaiter? _first;

    public bool IsEmpty => _first is null;

    public int Count { get; private set; }

    public void Add(SyncWaiter waiter, int* word, uint epoch)
    {
        waiter.Word = word;
        waiter.Epoch = epoch;
        waiter.Kick = WaitOutcome.Woken;
        waiter.List = this;
        waiter.Next = _first;
        if (_first is not null)
        {
            _first.Previous = waiter;
        }

        _first = waiter;
        Count++;
    }

    public void Remove(SyncWaiter waiter)
    {
        if (waiter.Previous is null)
        {
            _first = waiter.Next;
        }
        else
        {
            waiter.Previous.Next = waiter.Next;
        }

        if (waiter.Next is not null)
        {
            waiter.Next.Previous = waiter.Previous;
        }

        waiter.Previous = waiter.Next = null;
        waiter.List = null;
        Count--;
    }

    /// <summary>Calls one back because its token was cancelled. Not under the lock.</summary>
    public void Cancel(SyncWaiter waiter)
    {
        lock (registryLock)
        {
            if (waiter.List != this || waiter.Kick != WaitOutcome.Woken)
            {
                return;
            }

            waiter.Kick = WaitOutcome.Cancelled;
        }

        ringWakeThread();
    }

    /// <summary>Calls back all that began to wait before the last death.</summary>
    public void OnDeath(uint epoch)
    {
        for (SyncWaiter? waiter = _first; waiter is not null; waiter = waiter.Next)
        {
            if (waiter.Epoch != epoch && waiter.Kick == WaitOutcome.Woken)
            {
                waiter.Kick = WaitOutcome.OwnersChanged;
            }
        }
    }

    /// <summary>Wakes those called back.</summary>
    /// <returns>Whether there were any: they are to be woken again, until they are not listed any more.</returns>
    public bool WakeCalledBack()
    {
        bool any = false;
        for (SyncWaiter? waiter = _first; waiter is not null; waiter = waiter.Next)
        {
            if (waiter.Kick != WaitOutcome.Woken)
            {
                // All, because one alone might be another thread. For the others it is a wake-up for no reason.
                Kernel.WaitWake.Wake(waiter.Word, int.MaxValue);
                any = true;
            }
        }

        return any;
    }
}
