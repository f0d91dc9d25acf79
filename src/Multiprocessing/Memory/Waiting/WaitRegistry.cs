using Multiprocessing.Platform;

namespace Multiprocessing.Memory;

/// <summary>
/// Waiting on words of shared memory that ends also by the death of any process of the tree: by threads that sleep, and by tasks that
/// need no thread each. One per process. Thread-safe.
/// </summary>
/// <remarks>
/// <para>The pattern of a caller: read the epoch; look at the word, and whether its owner lives; if there is reason to wait, wait with
/// the value and the epoch read; whatever comes back, begin again. The memory must stay mapped until the wait has come back.</para>
/// <para>No wake-up can be lost, because each side first shows what it does and then, after a full fence, looks at what the other
/// side shows, so that of two that meet at least one sees the other:</para>
/// <list type="bullet">
/// <item>Waker and sleeping thread: the kernel compares the word under the lock that a wake takes.</item>
/// <item>Waker and task: the task is in its group and its process in the cell before the word is compared; the waker changes the word
/// before it reads the cell. A wake-up is a count in the cell, so many are as many even if they are noticed at once; a count
/// left behind when an entry is cleared is passed on.</item>
/// <item>Root and waiter: the interest is shown before the epoch is compared; the root counts the epoch before it reads the interest.</item>
/// <item>Wake thread and sleeping thread: a thread may be between its last look and its sleep when the wake thread wakes its word for
/// nothing; so the wake thread does it again until that thread has left the list.</item>
/// </list>
/// </remarks>
internal sealed unsafe class WaitRegistry : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Lock _starting = new();
    private readonly ParticipantTable _table;
    private readonly OwnerId _self;
    private readonly SleepingThreads _threads;
    private readonly AwaitingTasks _tasks;
    private readonly List<EndedWait> _ended = [];
    private volatile WakeThread? _wakeThread;
    private bool _interested;
    private uint _seenEpoch;

    public WaitRegistry(Participant participant)
    {
        _table = participant.Table;
        _self = participant.Id;
        _threads = new SleepingThreads(_lock, RingWakeThread);
        _tasks = new AwaitingTasks(_table, _self);
        _seenEpoch = _table.Epoch;
    }

    /// <summary>How many threads and tasks wait just now.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _threads.Count + _tasks.Count;
            }
        }
    }

    /// <summary>Sleeps while the word has the value expected.</summary>
    /// <param name="word">A word of shared memory.</param>
    /// <param name="expected">The value at which there is reason to wait.</param>
    /// <param name="epoch">The table's epoch, read before the caller last looked at the word and its owner.</param>
    /// <param name="deadline">When to give up.</param>
    /// <param name="cancellationToken">Gives up early.</param>
    public WaitOutcome Wait(int* word, int expected, uint epoch, Deadline deadline, CancellationToken cancellationToken)
    {
        StartWakeThread();
        SyncWaiter waiter = SyncWaiter.OfThisThread;
        lock (_lock)
        {
            _threads.Add(waiter, word, epoch);
            ShowInterest();
        }

        WaitOutcome outcome = WaitOutcome.Woken;
        try
        {
            // Disposing of the registration waits for a call that is just running, so none can hit the thread's next wait.
            using CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(
                static state => ((SyncWaiter)state!).List!.Cancel((SyncWaiter)state), waiter);
            Interlocked.MemoryBarrier();
            if (_table.Epoch != epoch)
            {
                outcome = WaitOutcome.OwnersChanged;
            }
            else if (waiter.Kick == WaitOutcome.Woken && !Kernel.WaitWake.Wait(word, expected, deadline.RemainingNanoseconds))
            {
                outcome = WaitOutcome.TimedOut;
            }
        }
        finally
        {
            lock (_lock)
            {
                _threads.Remove(waiter);
                outcome = waiter.Kick != WaitOutcome.Woken ? waiter.Kick : outcome;
            }
        }

        if (outcome == WaitOutcome.Cancelled)
        {
            // It may have been woken for a reason as well, which then is another one's.
            Kernel.WaitWake.Wake(word, 1);
        }

        return outcome;
    }

    /// <summary>As <see cref="Wait"/>, without a thread. The word's cell tells wakers of this process.</summary>
    /// <param name="cell">The cell of this word and of no other.</param>
    /// <inheritdoc cref="Wait" path="/param"/>
    /// <param name="word"/><param name="expected"/><param name="epoch"/><param name="deadline"/><param name="cancellationToken"/>
    public ValueTask<WaitOutcome> WaitAsync(
        int* word, int expected, WaiterCell* cell, uint epoch, Deadline deadline, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return new ValueTask<WaitOutcome>(WaitOutcome.Cancelled);
        }

        StartWakeThread();
        var waiter = new AsyncWaiter(this, word, cell, epoch);
        lock (_lock)
        {
            ShowInterest();
            _tasks.Add(waiter, cell);
        }

        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref *word) != expected)
        {
            TryComplete(waiter, WaitOutcome.Woken);
        }
        else if (_table.Epoch != epoch)
        {
            TryComplete(waiter, WaitOutcome.OwnersChanged);
        }
        else
        {
            waiter.Arm(deadline, cancellationToken);
        }

        return new ValueTask<WaitOutcome>(waiter.Task);
    }

    /// <summary>
    /// Wakes waiters of all processes: up to <paramref name="count"/> threads, and as many tasks of each process (some of them for
    /// nothing, when several processes have waiters). Change the word first.
    /// </summary>
    public void Wake(int* word, WaiterCell* cell, int count)
    {
        Interlocked.MemoryBarrier();
        Kernel.WaitWake.Wake(word, count);
        if (cell is null)
        {
            return;
        }

        int own = 0;
        for (int i = 0; i < WaiterCell.Entries; i++)
        {
            OwnerId process = WaiterCell.Add(cell, i, count);
            if (process == _self)
            {
                own++;
            }
            else if (process != OwnerId.None)
            {
                _table.Ring(process.Slot);
            }
        }

        if (WaiterCell.TakeOverflow(cell))
        {
            RingAll();
        }

        // Memory that is mapped more than once has a group of tasks, and an entry, for each of its addresses.
        if (own > 0 && (!Deliver(cell) || own > 1))
        {
            RingWakeThread();
        }
    }

    /// <summary>Ends a wait, unless it has ended already.</summary>
    public void TryComplete(AsyncWaiter waiter, WaitOutcome outcome)
    {
        bool mine;
        int passOn;
        lock (_lock)
        {
            mine = _tasks.Remove(waiter, out passOn);
        }

        if (mine)
        {
            Complete(new EndedWait(waiter, outcome, passOn));
        }
    }

    /// <summary>What the wake thread does each time.</summary>
    /// <returns>Whether to do it again soon, unasked.</returns>
    public bool Process()
    {
        bool again;
        lock (_lock)
        {
            bool broadcast = Interlocked.Exchange(ref *_table.BroadcastTo(_self.Slot), 0) != 0;
            _tasks.TakeWoken(broadcast, _ended);
            uint epoch = _table.Epoch;
            if (epoch != _seenEpoch)
            {
                _seenEpoch = epoch;
                _threads.OnDeath(epoch);
                _tasks.TakeConcernedByDeath(epoch, _ended);
            }

            again = _threads.WakeCalledBack();
            if (_interested && _threads.IsEmpty && _tasks.IsEmpty)
            {
                _interested = false;
                Volatile.Write(ref *_table.InterestOf(_self.Slot), 0);
            }
        }

        _ended.ForEach(Complete);
        _ended.Clear();
        return again;
    }

    /// <summary>Ends the wake thread. Nobody may wait any more.</summary>
    public void Dispose() => _wakeThread?.Stop();

    private bool Deliver(WaiterCell* cell)
    {
        List<EndedWait> woken = [];
        bool found;
        lock (_lock)
        {
            found = _tasks.TakeWoken(cell, woken);
        }

        woken.ForEach(Complete);
        return found;
    }

    private void Complete(EndedWait ended)
    {
        if (ended.PassOn > 0)
        {
            Wake(ended.Waiter.Word, ended.Waiter.Cell, ended.PassOn);
        }

        ended.Waiter.Complete(ended.Outcome);
    }

    private void RingAll()
    {
        int slots = _table.SlotsInUse;
        for (int slot = 0; slot < slots; slot++)
        {
            if (Volatile.Read(ref *_table.InterestOf(slot)) != 0)
            {
                Volatile.Write(ref *_table.BroadcastTo(slot), 1);
                _table.Ring(slot);
            }
        }
    }

    private void ShowInterest()
    {
        if (!_interested)
        {
            _interested = true;
            Interlocked.Exchange(ref *_table.InterestOf(_self.Slot), 1);
        }
    }

    private void RingWakeThread() => _table.Ring(_self.Slot);

    private void StartWakeThread()
    {
        if (_wakeThread is null)
        {
            lock (_starting)
            {
                _wakeThread ??= new WakeThread(this, _table.WakeWordOf(_self.Slot));
            }
        }
    }
}
