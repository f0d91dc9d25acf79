using System.Diagnostics;
using Multiprocessing.Diagnostics;

namespace Multiprocessing.Pools;

/// <content>The ways in which a pool ends.</content>
internal sealed partial class Dispatcher
{
    /// <summary>What a worker may take to end cleanly when there is nothing left to do, beside its exit hook, whose time it watches itself.</summary>
    private static readonly long DrainLimit = 10 * Stopwatch.Frequency;

    /// <summary>Maps and streams that have not submitted all of their items yet.</summary>
    private int _openInputs;

    /// <summary>Takes no more work; ends when everything is done.</summary>
    internal void Complete()
    {
        lock (_gate)
        {
            if (_state == PoolState.Running)
            {
                _state = PoolState.Completing;
                AfterConclusion();
                AssertInvariants();
            }
        }
        PublishConcluded();
    }

    /// <summary>The same for a pool that nobody can use any more. False: it was ended before.</summary>
    internal bool CompleteForgotten()
    {
        lock (_gate)
        {
            if (_state != PoolState.Running)
            {
                return false;
            }
        }
        Complete();
        return true;
    }

    /// <summary>
    /// A map or a stream begins to read its input. What it submits belongs to it and is taken also after <see cref="Complete"/>; the pool does
    /// not end before <see cref="EndInput"/>, unless by force. Throws if the pool takes no more work.
    /// </summary>
    internal void BeginInput()
    {
        lock (_gate)
        {
            ThrowIfClosed(isPart: false);
            _openInputs++;
        }
    }

    /// <summary>All of the input was submitted, or will never be.</summary>
    internal void EndInput()
    {
        lock (_gate)
        {
            _openInputs--;
            AfterConclusion();
            AssertInvariants();
        }
        PublishConcluded();
    }

    /// <summary>Ends all work at once; the outcome of everything pending is "cancelled".</summary>
    internal void Terminate()
    {
        lock (_gate)
        {
            if (_state is PoolState.Running or PoolState.Completing)
            {
                _state = PoolState.Terminated;
                EndAll(TaskOutcome.Terminated);
                AssertInvariants();
            }
        }
        PublishConcluded();
    }

    private void Break(PoolBrokenException exception)
    {
        if (_state is PoolState.Running or PoolState.Completing)
        {
            _state = PoolState.Broken;
            _broken = exception;
            EndAll(TaskOutcome.PoolBroken);
        }
    }

    /// <summary>Every handle ends now; the workers' ends follow, and nobody has to wait for them.</summary>
    private void EndAll(TaskOutcome outcome)
    {
        while (TryDequeue() is { } task)
        {
            ConcludeLater(task, outcome);
        }
        while (_again.Count > 0)
        {
            ConcludeLater(TakeAgain(), outcome);
        }
        _delayed.ForEach(task => ConcludeLater(task, outcome));
        _delayed.Clear();
        while (TryDequeueWaiting() is { } waiting)
        {
            ConcludeLater(waiting, outcome);
        }
        foreach (var slot in _slots)
        {
            while (slot.Sent.Count > 0)
            {
                var task = slot.Sent.PopFront();
                CountUnsent(slot, task);
                ConcludeLater(task, task.StopReason switch
                {
                    StopReason.Canceled => TaskOutcome.Canceled,
                    StopReason.TimedOut => TaskOutcome.TimedOut,
                    _ => outcome,
                });
            }
            if (slot.State != WorkerState.Dying)
            {
                KillWorker(slot);
            }
        }
    }

    /// <summary>If nothing is left to do after Complete, the workers may go. Returns whether outcomes or the end must be published.</summary>
    private bool AfterConclusion()
    {
        Rebalance();
        WakeForHeld();
        if (_state == PoolState.Completing && Pending == 0 && _openInputs == 0)
        {
            foreach (var slot in _slots)
            {
                WindDown(slot);
            }
        }
        return IsOver();
    }

    private void WindDown(WorkerSlot slot)
    {
        if (slot.State == WorkerState.Starting)
        {
            slot.IsDismissed = true;
            KillWorker(slot);
        }
        else if (slot.State == WorkerState.Ready)
        {
            slot.State = WorkerState.Draining;
            Withdraw(slot);
            slot.KillDue = After(_clock.Now + DrainLimit, _settings.ExitHookTimeout);
            Wake(slot.KillDue);
            slot.Worker.Complete();
        }
    }

    private bool IsOver() =>
        _state != PoolState.Running && Pending == 0 && _slots.Count == 0 && (_openInputs == 0 || _state != PoolState.Completing);

    private void End()
    {
        _clock.Dispose();
        _factory.Dispose();
        CountedPools.Remove(this);
        var isQuiet = Task.WhenAll(_factory.IsQuiet, _observations.IsQuiet);
        if (isQuiet.IsCompleted)
        {
            ReportEnd(isQuiet);
        }
        else
        {
            // Whoever waits for the end may close the log after it. But nothing that user code does with it keeps the pool for ever.
            _ = isQuiet.WaitAsync(ReportSender.Patience).ContinueWith(ReportEnd, TaskScheduler.Default);
        }
    }

    private void ReportEnd(Task quiet)
    {
        _ = quiet.Exception; // A time-out.
        if (_broken is { } broken)
        {
            _completion.SetException(broken);

            // Nobody has to look at it: every task and every later call says the same.
            _ = _completion.Task.Exception;
        }
        else
        {
            _completion.SetResult();
        }
    }
}
