using System.Diagnostics;
using Multiprocessing.Messaging.Rings;

namespace Multiprocessing.Pools.Processes;

/// <content>A caller that waits for its own answer takes it from the channel itself, which saves a thread switch.</content>
internal sealed partial class ProcessWorker : IDirectWait
{
    private readonly SpinBudget _waitSpin = new();

    public void WaitDirectly(PoolTask task, Func<PoolTask, bool> hasEnded)
    {
        if (!_channel.TryHold())
        {
            return;
        }

        try
        {
            if (!_channel.TryEnterDirectWait())
            {
                return; // Another caller waits here and takes our answer as well.
            }

            try
            {
                CollectUntil(task, hasEnded);
            }
            finally
            {
                _channel.LeaveDirectWait();

                // The worker may have answered somebody else since our last look, and rung nobody because we were here.
                while (_channel.HasNews && !_isClosed && Collect())
                {
                }

                if (_channel.HasNews)
                {
                    Collector.Process.Doorbell.Ring(); // Somebody else is at it, and may be about to leave.
                }
            }
        }
        finally
        {
            _channel.LetGo();
        }
    }

    public void EndDirectWait() => DisturbIfOpen();

    private void CollectUntil(PoolTask task, Func<PoolTask, bool> hasEnded)
    {
        while (!hasEnded(task) && !_isClosed)
        {
            if (_channel.HasNews)
            {
                CollectOrWait();
            }
            else if (!SpinForNews(task, hasEnded))
            {
                _channel.SleepDirectly((this, task, hasEnded), static wait => wait.hasEnded(wait.task) || wait.Item1._isClosed);
            }
        }
    }

    private bool SpinForNews(PoolTask task, Func<PoolTask, bool> hasEnded)
    {
        Doorbell doorbell = Collector.Process.Doorbell;
        long until = _waitSpin.Begin();
        if (until == 0 || !doorbell.TryBeginSpin())
        {
            return false;
        }

        bool found;
        while (!(found = _channel.HasNews || hasEnded(task)) && Stopwatch.GetTimestamp() < until)
        {
            Pause.Once();
        }

        doorbell.EndSpin();
        _waitSpin.End(found);
        return found;
    }

    private void DisturbIfOpen()
    {
        if (_channel.TryHold())
        {
            _channel.Disturb();
            if (_isClosed)
            {
                _channel.DisturbForTheDead();
            }

            _channel.LetGo();
        }
    }
}
