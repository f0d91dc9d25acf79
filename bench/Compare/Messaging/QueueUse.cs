using Multiprocessing;

namespace Compare.Messaging;

/// <summary>How many put and take, and how.</summary>
internal sealed record QueueShape(int Producers, int Consumers, bool InBatches)
{
    internal string Name => $"{Producers} -> {Consumers}";
}

/// <summary>
/// Producers are other processes; so are consumers, but a single one is this process. All are there and wait before the clock starts.
/// Items per second, if not said otherwise.
/// </summary>
internal sealed class QueueUse : IDisposable
{
    private readonly Lazy<ProcessPool> _others = new(static () => new ProcessPool(8));

    internal double Numbers(QueueShape shape, int count) =>
        Stream(shape, count, [.. Enumerable.Range(0, QueueItems.NumbersInBatch)]);

    internal double Records(QueueShape shape, int count) =>
        Stream(shape, count, [.. Enumerable.Range(0, QueueItems.RecordsInBatch).Select(QueueItems.NewRecord)]);

    internal double Arrays(QueueShape shape, int count) =>
        Stream(shape, count, [.. Enumerable.Range(0, QueueItems.ArraysInBatch).Select(QueueItems.NewArray)]);

    /// <summary>Seconds for a number to another process and back.</summary>
    internal double RoundTrip(int count)
    {
        using var there = new ProcessQueue<int>();
        using var back = new ProcessQueue<int>();
        Task echo = _others.Value.RunAsync(
            static queues =>
            {
                foreach (int item in queues.there.GetAll())
                {
                    queues.back.Put(item);
                }
            },
            (there, back));
        void ThereAndBack()
        {
            there.Put(1);
            back.Get();
        }
        Latency.Settle(ThereAndBack);
        double median = Latency.Median(count, null, ThereAndBack);
        there.Complete();
        echo.GetAwaiter().GetResult();
        return median;
    }

    public void Dispose()
    {
        if (_others.IsValueCreated)
        {
            _others.Value.Dispose();
        }
    }

    private double Stream<T>(QueueShape shape, int count, T[] batch)
    {
        using var queue = new ProcessQueue<T>();
        using var ready = new ProcessSemaphore(0, recoverPermits: false);
        using var begin = new ProcessSemaphore(0, recoverPermits: false);
        var perProducer = count / shape.Producers;
        var perConsumer = count / shape.Consumers;
        var size = shape.InBatches ? batch.Length : 1;
        List<Task> work = [];
        for (var i = 0; i < shape.Producers; i++)
        {
            work.Add(_others.Value.RunAsync(
                static work =>
                {
                    work.ready.Release();
                    work.begin.Acquire();
                    Put(work.queue, work.batch, work.size, work.perProducer);
                },
                (queue, ready, begin, batch, size, perProducer)));
        }
        for (var i = 0; i < shape.Consumers && shape.Consumers > 1; i++)
        {
            work.Add(_others.Value.RunAsync(
                static work =>
                {
                    work.ready.Release();
                    work.begin.Acquire();
                    Take(work.queue, work.size, work.perConsumer);
                },
                (queue, ready, begin, size, perConsumer)));
        }
        for (var i = 0; i < work.Count; i++)
        {
            ready.Acquire();
        }
        var start = Stopwatch.GetTimestamp();
        begin.Release(work.Count);
        if (shape.Consumers == 1)
        {
            Take(queue, size, perConsumer);
        }
        else
        {
            Task.WaitAll(work);
        }
        var elapsed = Stopwatch.GetElapsedTime(start);
        Task.WaitAll(work);
        return count / elapsed.TotalSeconds;
    }

    private static void Put<T>(ProcessQueue<T> queue, T[] batch, int size, int count)
    {
        if (size == 1)
        {
            var item = batch[0];
            for (var i = 0; i < count; i++)
            {
                queue.Put(item);
            }
        }
        else
        {
            for (var left = count; left > 0; left -= size)
            {
                queue.PutMany(batch.AsSpan(0, Math.Min(left, size)));
            }
        }
    }

    private static void Take<T>(ProcessQueue<T> queue, int size, int count)
    {
        if (size == 1)
        {
            for (var i = 0; i < count; i++)
            {
                queue.Get();
            }
        }
        else
        {
            var batch = new T[size];
            while (count > 0)
            {
                count -= queue.GetMany(batch.AsSpan(0, Math.Min(count, size)));
            }
        }
    }
}
