using System.Diagnostics;

namespace Multiprocessing.Pools;

/// <content>How many workers there may be, and which of them are too many.</content>
internal sealed partial class Dispatcher
{
    /// <summary>An idle worker ends when it was found so at this many looks in a row: the last one busy is used first, so some never work.</summary>
    private const int IdleLooksBeforeEnd = 4;

    private static readonly long ShortestIdleLook = Stopwatch.Frequency / 1000;

    private long _idleLook = long.MaxValue;

    internal int WorkerCount => _workers;

    /// <summary>Starts the workers that are wanted without work.</summary>
    internal void Begin()
    {
        if (_settings.MinWorkers > 0)
        {
            lock (_gate)
            {
                StartWorkers();
                AssertInvariants();
            }
            PublishConcluded();
        }
    }

    internal void Resize(int workers)
    {
        lock (_gate)
        {
            _workers = workers;
            _isStaffed = false;
            if (IsActive)
            {
                KeepRetiring();
                RetireExcess();
                StartWorkers();
                RefillAll();
                AfterConclusion();
                AssertInvariants();
            }
        }
        PublishConcluded();
    }

    /// <summary>Workers that were too many, and have not ended yet, may stay.</summary>
    private void KeepRetiring()
    {
        for (var i = 0; i < _slots.Count && CountStaying() < _workers; i++)
        {
            if (_slots[i] is { IsLive: true, IsRetiring: true, IsDue: false } slot)
            {
                slot.IsRetiring = false;
            }
        }
    }

    /// <summary>Idle workers end first, then those that are starting, then the least busy ones.</summary>
    private void RetireExcess()
    {
        while (CountStaying() > _workers)
        {
            Dismiss(LeastUseful());
        }
    }

    private WorkerSlot LeastUseful()
    {
        if (_idle.Count > 0)
        {
            return _idle[0];
        }
        WorkerSlot? least = null;
        foreach (var slot in _slots)
        {
            if (slot is { IsLive: true, IsSpare: false, IsRetiring: false } && (least is null || Use(slot) < Use(least)))
            {
                least = slot;
            }
        }
        return least!;

        static int Use(WorkerSlot slot) => slot.State == WorkerState.Starting ? -1 : slot.Sent.Count;
    }

    private int CountStaying()
    {
        var count = 0;
        foreach (var slot in _slots)
        {
            count += slot is { IsLive: true, IsSpare: false, IsRetiring: false } ? 1 : 0;
        }
        return count;
    }

    private void LookForIdleLater()
    {
        if (_idleLook == long.MaxValue && _settings.IdleTimeout >= 0)
        {
            _idleLook = _clock.Now + Math.Max(ShortestIdleLook, _settings.IdleTimeout / IdleLooksBeforeEnd);
            Wake(_idleLook);
        }
    }

    /// <summary>Ends workers that have had nothing to do at several looks in a row. The time of no task is noted for that.</summary>
    private void LookForIdle(long now)
    {
        _idleLook = long.MaxValue;
        foreach (var slot in _slots)
        {
            slot.IdleLooks = slot.IsIdle && slot.Finished == slot.FinishedAtIdleLook ? slot.IdleLooks + 1 : 0;
            slot.FinishedAtIdleLook = slot.Finished;
        }
        var working = CountLive(spares: false);
        for (var i = 0; i < _idle.Count && working > _settings.MinWorkers && _state == PoolState.Running;)
        {
            if (_idle[i].IdleLooks >= IdleLooksBeforeEnd)
            {
                WindDown(_idle[i]); // Which takes it from the list.
                working--;
            }
            else
            {
                i++;
            }
        }
        if (working > Math.Min(_workers, _settings.MinWorkers))
        {
            LookForIdleLater();
        }
    }
}
