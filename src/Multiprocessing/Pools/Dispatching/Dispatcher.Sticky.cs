using System.Diagnostics;

namespace Multiprocessing.Pools;

/// <content>
/// Calls with a key: all calls of one key go to one worker, its home, in their order, as long as that works. They wait in a queue of the home
/// (<see cref="WorkerSlot.Waiting"/>) and not in that of all workers. Where a key belongs is looked up when a call comes; a home that works no
/// longer is none.
/// </content>
internal sealed partial class Dispatcher
{
    /// <summary>How long calls of a key wait for a busy home before another worker, which has nothing to do, becomes it.</summary>
    private static readonly long StickyPatience = Stopwatch.Frequency;

    private readonly Dictionary<object, StickyHome> _homes = [];

    /// <summary>The homes in the order in which they are to be forgotten.</summary>
    private readonly Queue<StickyHome> _homesByAge = new();

    /// <summary>Calls whose key has no home now, oldest first: there is no worker that could be one.</summary>
    private readonly TaskDeque _homeless = new();

    /// <summary>Calls with a key that no worker has.</summary>
    private int _waitingCount;

    private long _stickyLook = long.MaxValue;

    /// <summary>For tests: how many keys are remembered.</summary>
    internal int KeyCount
    {
        get
        {
            lock (_gate)
            {
                return _homes.Count;
            }
        }
    }

    private void EnqueueSticky(PoolTask task)
    {
        task.State = TaskState.Queued;
        task.Home = HomeOf(task.StickyKey!);
        _homeless.PushBack(task);
        _waitingCount++;
        PlaceHomeless();
    }

    private StickyHome HomeOf(object key)
    {
        if (!_homes.TryGetValue(key, out var home))
        {
            // Two for one, so that a crowd is gone in time, and no call has to look at all of it.
            for (var i = 0; i < 2 && _homes.Count >= _settings.MostKeys && _homesByAge.TryDequeue(out var oldest); i++)
            {
                if (oldest.Pending > 0)
                {
                    _homesByAge.Enqueue(oldest);
                }
                else
                {
                    _homes.Remove(oldest.Key);
                    oldest.Move(null);
                }
            }
            _homes.Add(key, home = new StickyHome(key));
            _homesByAge.Enqueue(home);
        }
        home.Pending++;
        return home;
    }

    /// <summary>Whether a worker will take tasks, now or when it has started.</summary>
    private static bool CanBeHome(WorkerSlot? slot) => slot is { IsLive: true, IsSpare: false, IsRetiring: false };

    /// <summary>Finds homes for calls that have none, and gives them what they have room for.</summary>
    private void PlaceHomeless()
    {
        while (_homeless.Count > 0 && IsActive)
        {
            var home = _homeless[0].Home!;
            if (!CanBeHome(home.Slot))
            {
                var chosen = ChooseHome();
                if (_homeless.Count == 0 || chosen is null)
                {
                    return; // The pool has given up, or will start somebody later.
                }
                home.Move(chosen);
            }
            var slot = home.Slot!;
            var task = _homeless.PopFront();
            task.WaitingSince = 0;
            slot.Waiting.PushBack(task);
            if (slot.CanWork)
            {
                if (_usesPriorities)
                {
                    TakeBackLower(slot, task.Priority);
                }
                LeaveIdle(slot);
                Refill(slot);
            }
            LookForWaitingLater(slot);
        }
    }

    /// <summary>The worker with the fewest keys; a new one, if all have some and there may be more.</summary>
    private WorkerSlot? ChooseHome()
    {
        WorkerSlot? best = null;
        foreach (var slot in _slots)
        {
            if (CanBeHome(slot) && (best is null || Rank(slot) < Rank(best)))
            {
                best = slot;
            }
        }
        return (best is null || best.Keys > 0) && CountLive(spares: false) < _workers && (TryPromoteSpare() || TryStart(isSpare: false))
            ? _slots.FindLast(static slot => CanBeHome(slot) && slot.Keys == 0) ?? best
            : best;

        static long Rank(WorkerSlot slot) => (2L * slot.Keys) + (slot.IsIdle ? 0 : 1);
    }

    /// <summary>The next task for a worker: of its keys, or of all, whichever came first.</summary>
    private PoolTask? NextOfKeysOrAll(WorkerSlot slot)
    {
        if (slot.Waiting.Count == 0)
        {
            return TryDequeue();
        }
        while (_queue.Count > 0 && _queue[0].State != TaskState.Queued)
        {
            // Cancelled: it must not stand for those behind it.
            _queue.PopFront();
            _canceledInQueue--;
        }
        if (_queue.Count > 0 && !IsBefore(slot.Waiting[0], _queue[0]))
        {
            return TryDequeue();
        }
        _waitingCount--;
        return slot.Waiting.PopFront();
    }

    private static bool IsBefore(PoolTask left, PoolTask right) =>
        left.Priority == right.Priority ? left.Id < right.Id : left.Priority > right.Priority;

    /// <summary>A call with a key was taken back, or could not be given to its worker after all.</summary>
    private void PutBackSticky(PoolTask task)
    {
        task.Slot = null;
        task.State = TaskState.Queued;
        _waitingCount++;
        if (task.Home!.Slot is { } slot && CanBeHome(slot))
        {
            slot.Waiting.PushFront(task);
            LookForWaitingLater(slot);
        }
        else
        {
            _homeless.PushFront(task);
        }
    }

    /// <summary>A worker takes no tasks any more: what waits for it is without a home. In its old order, before all others.</summary>
    private void Evict(WorkerSlot slot)
    {
        while (slot.Waiting.Count > 0)
        {
            _homeless.PushFront(slot.Waiting.PopBack());
        }
    }

    /// <summary>A cancelled call leaves the queue that it waits in.</summary>
    private void RemoveWaiting(PoolTask task)
    {
        if (task.Home!.Slot?.Waiting.Remove(task) != true)
        {
            _homeless.Remove(task);
        }
        _waitingCount--;
    }

    private PoolTask? TryDequeueWaiting()
    {
        foreach (var slot in _slots)
        {
            Evict(slot);
        }
        if (_homeless.Count == 0)
        {
            return null;
        }
        _waitingCount--;
        return _homeless.PopFront();
    }

    private void LookForWaitingLater(WorkerSlot slot)
    {
        if (_stickyLook == long.MaxValue && slot.Waiting.Count > 0)
        {
            _stickyLook = _clock.Now + (StickyPatience / 4);
            Wake(_stickyLook);
        }
    }

    /// <summary>
    /// Keys move to workers that have nothing to do, if their calls have waited for long and none of them is with the old home: so the calls of
    /// a key never overtake each other.
    /// </summary>
    private void LookForWaiting(long now)
    {
        _stickyLook = long.MaxValue;
        for (var i = 0; i < _slots.Count; i++)
        {
            var slot = _slots[i];
            while (_idle.Count > 0 && FindTired(slot, now) is { } moving)
            {
                Move(moving, slot, _idle[^1]);
            }
            LookForWaitingLater(slot);
        }
    }

    private static StickyHome? FindTired(WorkerSlot slot, long now)
    {
        StickyHome? tired = null;
        for (var i = 0; i < slot.Waiting.Count; i++)
        {
            // Noted at the first look that finds it while somebody is idle, so that nobody looks at the clock for every call.
            var task = slot.Waiting[i];
            task.WaitingSince = task.WaitingSince == 0 ? now : task.WaitingSince;
            if (now - task.WaitingSince >= StickyPatience && task.Home!.Sent == 0)
            {
                tired ??= task.Home;
            }
        }
        return tired;
    }

    private void Move(StickyHome home, WorkerSlot from, WorkerSlot to)
    {
        for (var i = from.Waiting.Count; i > 0; i--)
        {
            var task = from.Waiting.PopFront();
            (ReferenceEquals(task.Home, home) ? to : from).Waiting.PushBack(task);
        }
        home.Move(to);
        LeaveIdle(to);
        Refill(to);
    }
}
