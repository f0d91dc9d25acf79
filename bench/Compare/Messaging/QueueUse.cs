using Multiprocessing;

namespace Compare.Messaging;

/// <summary>Other processes put, this one takes; items per second, if not said otherwise.</summary>
internal sealed class QueueUse : IDisposable
{
    private const int BatchSize = 1000;
    private readonly Lazy<ProcessPool> _one = new(static () => new ProcessPool(1));
    private readonly Lazy<ProcessPool> _four = new(static () => new ProcessPool(4));

    internal double Single(int count) => Stream(_one, 1, count, static (queue, item, n) => PutSingly(queue, n), TakeSingly, 1);

    internal double FourProducers(int count) => Stream(_four, 4, count / 4, static (queue, item, n) => PutSingly(queue, n), TakeSingly, 1);

    internal double Batch(int count) => Stream(_one, 1, count, static (queue, item, n) => PutBatches(queue, n), TakeBatches, 1);

    internal double Texts(int count) => Stream(_one, 1, count, Put, TakeSingly, new string('x', 1024));

    internal double Arrays(int count) => Stream(_one, 1, count, Put, TakeSingly, new byte[1 << 20]);

    /// <summary>Seconds for a number to another process and back.</summary>
    internal double RoundTrip(int count)
    {
        using var there = new ProcessQueue<int>();
        using var back = new ProcessQueue<int>();
        Task echo = _one.Value.RunAsync(
            static queues =>
            {
                foreach (int item in queues.there.GetAll())
                {
                    queues.back.Put(item);
                }
            },
            (there, back));
        double median = Latency.Median(count, null, () =>
        {
            there.Put(1);
            back.Get();
        });
        there.Complete();
        echo.GetAwaiter().GetResult();
        return median;
    }

    public void Dispose()
    {
        foreach (var pool in (Lazy<ProcessPool>[])[_one, _four])
        {
            if (pool.IsValueCreated)
            {
                pool.Value.Dispose();
            }
        }
    }

    private static double Stream<T>(
        Lazy<ProcessPool> pool, int producers, int each, Action<ProcessQueue<T>, T, int> put, Action<ProcessQueue<T>, int> take, T item)
    {
        using var queue = new ProcessQueue<T>();
        using var ready = new ProcessSemaphore(0, recoverPermits: false);
        using var begin = new ProcessSemaphore(0, recoverPermits: false);
        Task[] work =
        [
            .. Enumerable.Range(0, producers).Select(_ => pool.Value.RunAsync(
                static work =>
                {
                    work.ready.Release();
                    work.begin.Acquire();
                    work.put(work.queue, work.item, work.each);
                },
                (queue, ready, begin, put, item, each))),
        ];
        for (var i = 0; i < producers; i++)
        {
            ready.Acquire();
        }
        var start = Stopwatch.GetTimestamp();
        begin.Release(producers);
        take(queue, producers * each);
        var elapsed = Stopwatch.GetElapsedTime(start);
        Task.WaitAll(work);
        return (double)producers * each / elapsed.TotalSeconds;
    }

    private static void Put<T>(ProcessQueue<T> queue, T item, int count)
    {
        for (var i = 0; i < count; i++)
        {
            queue.Put(item);
        }
    }

    private static void PutSingly(ProcessQueue<int> queue, int count)
    {
        for (var i = 0; i < count; i++)
        {
            queue.Put(i);
        }
    }

    private static void PutBatches(ProcessQueue<int> queue, int count)
    {
        int[] batch = [.. Enumerable.Range(0, BatchSize)];
        for (var left = count; left > 0; left -= BatchSize)
        {
            queue.PutMany(batch.AsSpan(0, Math.Min(left, BatchSize)));
        }
    }

    private static void TakeSingly<T>(ProcessQueue<T> queue, int count)
    {
        for (var i = 0; i < count; i++)
        {
            queue.Get();
        }
    }

    private static void TakeBatches(ProcessQueue<int> queue, int count)
    {
        var batch = new int[BatchSize];
        while (count > 0)
        {
            count -= queue.GetMany(batch);
        }
    }
}
