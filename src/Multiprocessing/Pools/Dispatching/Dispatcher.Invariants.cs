using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Multiprocessing.Pools;

/// <content>What is always true when the lock is left.</content>
internal sealed partial class Dispatcher
{
    /// <summary>For tests, in every build.</summary>
    internal void CheckNow()
    {
        lock (_gate)
        {
            CheckInvariants();
        }
    }

    /// <summary>The whole state, for whoever looks for the reason of a hang.</summary>
    internal string Describe()
    {
        lock (_gate)
        {
            var text = new StringBuilder();
            text.Append(CultureInfo.InvariantCulture, $"{_state}, {QueuedCount} queued, {_sentCount} sent, {_completedTasks} ended, ");
            text.Append(CultureInfo.InvariantCulture, $"{_workers} workers, {_failures} failures, now {_clock.Now}, alarm {_alarm}");
            foreach (var slot in _slots)
            {
                text.AppendLine().Append("  ").Append(slot);
            }
            return text.ToString();
        }
    }

    [Conditional("DEBUG")]
    private void AssertInvariants() => CheckInvariants();

    private void CheckInvariants()
    {
        Check(_gate.IsHeldByCurrentThread, "The state is looked at under the lock.");
        var sent = 0;
        var sentItems = 0;
        var idle = 0;
        var working = 0;
        var waiting = _homeless.Count;
        var ids = 0UL;
        foreach (var slot in _slots)
        {
            waiting += slot.Waiting.Count;
            Check(slot.Id >= 64 || (ids & (1UL << slot.Id)) == 0, "No two workers have the same id.");
            ids |= slot.Id < 64 ? 1UL << slot.Id : 0;
            sent += slot.Sent.Count;
            sentItems += slot.SentItems;
            idle += slot.IsIdle ? 1 : 0;
            working += slot.IsLive && !slot.IsSpare && !slot.IsRetiring ? 1 : 0;
            CheckSlotInvariants(slot);
        }
        var queued = 0;
        var queuedItems = 0;
        for (var i = 0; i < _queue.Count; i++)
        {
            var state = _queue[i].State;
            Check(state is TaskState.Queued or TaskState.Done, "Only queued and cancelled tasks are in the queue.");
            Check(_queue[i].Attempt == 1, "What is tried again is not among what is tried for the first time.");
            Check(
                i == 0 || _queue[i - 1].Priority > _queue[i].Priority || _queue[i - 1].Id <= _queue[i].Id,
                "Of two that wait and are equally urgent the older one is first.");
            Check(_queue[i].ItemCount > 0, "What waits has something to run.");
            queued += state == TaskState.Queued ? 1 : 0;
            queuedItems += state == TaskState.Queued ? _queue[i].ItemCount : 0;
        }
        for (var i = 0; i < _again.Count; i++)
        {
            Check(_again[i] is { State: TaskState.Queued, Attempt: > 1 }, "What is tried again waits for a worker.");
            queued++;
            queuedItems += _again[i].ItemCount;
        }
        foreach (var task in _delayed)
        {
            Check(task is { State: TaskState.Delayed, StopReason: StopReason.None } && _alarm <= task.RetryDue, "A delayed task has its time.");
        }
        Check(queued == QueuedCount, "The cancelled tasks of the queue are counted.");
        Check(sent == _sentCount, "The tasks that workers have are counted.");
        Check(queuedItems == _queuedItems && sentItems == _sentItems, "Their items are counted.");
        Check(idle == _idle.Count, "The idle workers are listed.");
        Check(working <= _workers, "No more workers than asked for.");
        Check(
            QueuedCount == 0 || _idle.Count == 0 || _awake.Exists(static slot => slot.CanWork && (slot.Sent.Count > 1 || slot.IsBlocked)),
            "No worker is idle while a task waits, unless one that is awake will come for it.");
        Check(!_isStaffed || AreAllThere(CountLive(spares: true)), "Workers are missing only if they are counted.");
        Check(waiting == _waitingCount, "The calls with a key that no worker has are counted.");
        Check(_homeless.Count == 0 || !IsActive || !_slots.Exists(CanBeHome), "No call is without a home while there is a worker.");
        Check(_state is PoolState.Running or PoolState.Completing || Pending == 0, "A pool that was ended by force has nothing to do.");
        Check(
            _idle.Count == 0 || _stallLook != long.MaxValue || !_slots.Exists(CanShare),
            "While a worker is idle and another has a batch that could be divided, a look at it is due.");
        Check(
            QueuedCount == 0 || working > 0 || _startNotBefore != 0 || _slots.Count > 0,
            "Somebody will do what waits, or a time to start somebody is set.");
    }

    private static void CheckSlotInvariants(WorkerSlot slot)
    {
        var items = 0;
        for (var i = 0; i < slot.Sent.Count; i++)
        {
            var task = slot.Sent[i];
            items += task.ItemCount;
            Check(ReferenceEquals(task.Slot, slot), "A task knows the worker that has it.");
            Check(task.State is TaskState.Sent or TaskState.Stopping or TaskState.Killed, "A worker's tasks have not ended.");
            Check(task.Attempt == 1 || slot.Sent.Count == 1, "A task that is tried again is alone in its worker.");
            Check(task.Attempt <= task.Retry.MaxRetries + 1, "No task is tried more often than allowed.");
        }
        Check(items == slot.SentItems, "The items that a worker has are counted.");
        Check(!slot.IsIdle || (slot.Sent.Count == 0 && slot.CanWork), "An idle worker is ready and has no task.");
        Check(slot.Waiting.Count == 0 || CanBeHome(slot), "Nobody waits for a worker that takes nothing any more.");
        Check(
            slot.Waiting.Count == 0 || !slot.CanWork || slot.Sent.Count > 0 || slot.IsBlocked,
            "A worker for which somebody waits is busy.");
        Check(slot.Waiting.Count == 0 || slot.Waiting[0].State == TaskState.Queued, "Only queued tasks wait for a worker.");
        Check(slot.Sent.Count == 0 || slot.State is WorkerState.Ready or WorkerState.Dying, "Only workers that are ready are given tasks.");
        Check(!slot.IsSpare || slot.Sent.Count == 0, "A spare has no tasks.");
        Check(!slot.IsStopped || slot.Sent.Count == 0, "A worker that was stopped has no tasks.");
        Check(!slot.IsSpare || !slot.IsRetiring, "A spare is not replaced.");
        Check(slot.ItemsLeft >= 0, "No worker is given more tasks than allowed.");
        Check(!slot.HasServed, "A worker that has served its time is told to end.");
        Check(slot.State != WorkerState.Dead, "Dead workers are forgotten.");
    }

    private static void Check(bool condition, string invariant)
    {
        if (!condition)
        {
            throw new UnreachableException($"The dispatcher is wrong. {invariant}");
        }
    }
}
