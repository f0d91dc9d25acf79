using System.Diagnostics;

namespace Multiprocessing.Pools;

/// <content>How many workers there are.</content>
internal sealed partial class Dispatcher
{
    /// <summary>What a worker may take to start and connect, before its initializer; a machine that swaps is slow.</summary>
    private static readonly long StartLimit = 60 * Stopwatch.Frequency;

    private static readonly long FirstBackOff = Stopwatch.Frequency / 100;
    private static readonly long LongestBackOff = Stopwatch.Frequency;

    /// <summary>Workers in a row that died without a task being the reason.</summary>
    private int _failures;

    /// <summary>To start a process takes a millisecond of this one, and all of a processor for some more.</summary>
    private static readonly long SpareDelay = Stopwatch.Frequency / 100;

    /// <summary><see cref="StartSpares"/> is due as soon as outcomes are published.</summary>
    private bool _sparesAreDue;

    /// <summary>When spares are to be started.</summary>
    private long _sparesDue = long.MaxValue;

    /// <summary>No worker is started before this moment.</summary>
    private long _startNotBefore;

    /// <summary>All workers and spares are there that could be wanted, so that no task has to count them.</summary>
    private bool _isStaffed;

    /// <summary>
    /// Brings the workers to the wanted number, computed anew from the state each time: as many as there are tasks, at least the least, at
    /// most the pool's size; the spares once anything was done; and a successor for each worker that is about to be replaced.
    /// </summary>
    private void StartWorkers()
    {
        if (IsActive)
        {
            StartWanted();
            PlaceHomeless();
        }
    }

    private void StartWanted()
    {
        if (_isStaffed)
        {
            return;
        }
        var wanted = Math.Min(_workers, Math.Max(CountUnits(), _state == PoolState.Running ? _settings.MinWorkers : 0));
        if (CountLive(spares: false) >= wanted && !_settings.Recycles && (_settings.Spares == 0 || _completedTasks == 0))
        {
            _isStaffed = AreAllThere(CountLive(spares: true));
            return;
        }

        // Counted again after each: one that starts may need a successor, for whom this method is called from inside.
        while (IsActive && CountLive(spares: false) < wanted && (TryPromoteSpare() || TryStart(isSpare: false)))
        {
        }
        var spares = CountLive(spares: true);
        _isStaffed = AreAllThere(spares);
        if (IsActive && spares < CountSparesWanted())
        {
            _sparesAreDue |= spares < CountSuccessorsWanted();
            if (!_sparesAreDue && _sparesDue == long.MaxValue)
            {
                _sparesDue = _clock.Now + SpareDelay;
                Wake(_sparesDue);
            }
        }
    }

    /// <summary>Successors are wanted because of what workers finish, so a pool that recycles counts each time; and spares after the first result.</summary>
    private bool AreAllThere(int spares) => CountLive(spares: false) >= _workers && !_settings.Recycles
        && (_settings.Spares == 0 || (_completedTasks > 0 && spares >= _settings.Spares));

    /// <summary>A worker takes no tasks any more, and may have to be replaced.</summary>
    private void Withdraw(WorkerSlot slot)
    {
        _isStaffed = false;
        LeaveIdle(slot);
        Evict(slot);
    }

    /// <summary>How many workers could be busy: as many as there are pending tasks, and items of batches that can be divided.</summary>
    private int CountUnits()
    {
        var units = Pending;
        for (var i = 0; i < _queue.Count && units < _workers; i++)
        {
            units += _queue[i] is { State: TaskState.Queued, IsDivisible: true } batch ? batch.ItemCount - 1 : 0;
        }
        for (var i = 0; i < _slots.Count && units < _workers; i++)
        {
            for (var k = 0; k < _slots[i].Sent.Count && units < _workers; k++)
            {
                units += _slots[i].Sent[k] is { IsDivisible: true } batch ? Math.Max(0, batch.ItemCount - 1) : 0;
            }
        }
        return units;
    }

    /// <summary>
    /// Starts what is only to be ready for later: successors once outcomes are published, spares a little after, when the next call, for
    /// whom there is a worker already, has been served too.
    /// </summary>
    private void StartSpares()
    {
        lock (_gate)
        {
            while (IsActive && CountLive(spares: true) < CountSparesWanted() && TryStart(isSpare: true))
            {
            }
            AssertInvariants();
        }
        PublishConcluded();
    }

    private int CountSparesWanted() =>
        (_state == PoolState.Running && _completedTasks > 0 ? _settings.Spares : 0) + CountSuccessorsWanted();

    private int CountLive(bool spares)
    {
        var count = 0;
        foreach (var slot in _slots)
        {
            count += slot.IsLive && slot.IsSpare == spares ? 1 : 0;
        }
        return count;
    }

    private bool TryPromoteSpare()
    {
        WorkerSlot? best = null;
        foreach (var slot in _slots)
        {
            if (slot.IsLive && slot.IsSpare && (best is null || slot.State == WorkerState.Ready))
            {
                best = slot;
            }
        }
        if (best is null)
        {
            return false;
        }
        best.IsSpare = false;
        if (best.State == WorkerState.Ready)
        {
            if (best.Finished >= best.SuccessorAt)
            {
                OnNearEnd(best);
            }
            Refill(best);
        }
        return true;
    }

    private bool TryStart(bool isSpare)
    {
        if (_startNotBefore != 0)
        {
            if (_clock.Now < _startNotBefore)
            {
                Wake(_startNotBefore);
                return false;
            }
            _startNotBefore = 0;
        }
        var slot = new WorkerSlot { Id = FreeId(), IsSpare = isSpare, TaskLimit = _settings.TaskLimit, StartedAt = _clock.Now };
        try
        {
            slot.Worker = _factory.Start(++_startedWorkers, slot.Id, this);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // The machine cannot start a worker now (limits, files gone): the same as one that dies at once.
            CountFailure($"A worker could not be started: {exception.Message}", exception);
            return IsActive && TryStart(isSpare);
        }
        slot.StartDue = _clock.Now + StartLimit;
        Wake(slot.StartDue);
        _slots.Add(slot);
        return true;
    }

    /// <summary>The smallest number that no living worker has.</summary>
    private int FreeId()
    {
        var used = new bool[_slots.Count + 1];
        foreach (var slot in _slots)
        {
            if (slot.Id < used.Length)
            {
                used[slot.Id] = true;
            }
        }
        return Array.IndexOf(used, false);
    }

    /// <summary>
    /// A worker died of nothing that it was given. The pool waits longer and longer before it starts another, and after some in a row gives up,
    /// unless a worker is left that works: then something is wrong with starting just now, and not with the pool.
    /// </summary>
    private void CountFailure(string reason, Exception? exception = null)
    {
        if (!IsActive)
        {
            return;
        }
        if (++_failures >= _settings.MaxWorkerFailures && !_slots.Exists(static slot => slot.CanWork))
        {
            Break(new PoolBrokenException($"{_failures} workers in a row died without a task being the reason. The last one: {reason}", exception));
        }
        else if (_failures > 1)
        {
            _startNotBefore = _clock.Now + Math.Min(LongestBackOff, FirstBackOff << Math.Min(_failures - 2, 10));
            Wake(_startNotBefore);
        }
    }
}
