using System.Diagnostics;
using Multiprocessing.Serialization;

namespace Multiprocessing.Pools;

/// <content>Batches: every outcome is given in as soon as it is there.</content>
internal sealed partial class InProcessWorker
{
    public int TakeBackItems(PoolTask batch, int most)
    {
        lock (_gate)
        {
            return Find(batch)?.TakeBack(most) ?? 0;
        }
    }

    public BatchProgress Progress(PoolTask batch)
    {
        lock (_gate)
        {
            return Find(batch) is { } known ? known.Words.Progress(known.ItemCount) : new BatchProgress(batch.ItemCount, batch.ItemCount);
        }
    }

    public void Harvest(PoolTask batch) => ThreadPool.UnsafeQueueUserWorkItem(static known => known.PublishProgress(), (BatchTask)batch, preferLocal: false);

    private InProcessBatch? Find(PoolTask batch) => ReferenceEquals(_running?.Task, batch)
        ? _running.Batch
        : _waiting.Find(waiting => ReferenceEquals(waiting.Task, batch))?.Batch;

    /// <summary>As <see cref="Execute"/>.</summary>
    private bool ExecuteBatch(InProcessTask task, InProcessBatch batch)
    {
        Define(task.HighestSymbol);
        var start = Stopwatch.GetTimestamp();
        using var host = new Host(this, batch);
        _runner.RunBatch(batch.Request, host, task.Attempt);
        lock (_gate)
        {
            _running = null;
            if (_isAbandoned)
            {
                return false;
            }
        }
        batch.Task.TakeEnd(Stopwatch.GetTimestamp() - start);
        task.Dispose();
        return true;
    }

    private sealed class Host(InProcessWorker worker, InProcessBatch batch) : BatchHost, IDisposable
    {
        private readonly PayloadWriter _writer = PayloadWriter.Rent();

        public void Dispose() => _writer.Return();

        internal override PayloadWriter Begin()
        {
            _writer.Clear();
            _writer.KeepsHolds = true;
            return _writer;
        }

        internal override void Send(int index, PayloadWriter response)
        {
            worker.Define(response.HighestSymbol);
            lock (worker._gate)
            {
                if (worker._isAbandoned)
                {
                    return;
                }
                batch.Task.TakeItem(index, response.Written, worker._symbols, null, response.TakeHolds());
            }
            batch.Task.PublishProgress();
        }

        internal override CancellationToken BeginToken()
        {
            lock (worker._gate)
            {
                return batch.BeginToken();
            }
        }

        internal override void EndToken()
        {
            lock (worker._gate)
            {
                batch.EndToken();
            }
        }
    }
}
