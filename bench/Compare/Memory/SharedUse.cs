using Multiprocessing;

namespace Compare.Memory;

/// <summary>What is measured on shared memory; the same as the peer's <c>cpython_memory.py</c>.</summary>
internal sealed class SharedUse : IDisposable
{
    private readonly Lazy<ProcessPool> _pool = new(static () =>
    {
        var pool = new ProcessPool(1);
        pool.Run(SharedTasks.Nothing);
        return pool;
    });

    private long _local;

    /// <summary>Seconds per addition.</summary>
    internal static double Add(int count)
    {
        using var value = new SharedValue<long>();
        var seconds = Latency.Of(() => SharedTasks.AddMany(value, count));
        return value.Value == count ? seconds / count : throw new InvalidOperationException("Additions were lost.");
    }

    /// <summary>The same in memory of this process alone.</summary>
    internal double AddLocally(int count) => Latency.Of(() =>
    {
        for (var i = 0; i < count; i++)
        {
            Interlocked.Add(ref _local, 1);
        }
    }) / count;

    /// <summary>Additions per second of this process and a worker together.</summary>
    internal double AddTogether(int count)
    {
        using var value = new SharedValue<long>();
        using var begin = new SharedValue<int>();
        var other = _pool.Value.RunAsync(() =>
        {
            begin.Write(1);
            SpinWait.SpinUntil(() => begin.Read() == 2);
            SharedTasks.AddMany(value, count);
        });
        SpinWait.SpinUntil(() => begin.Read() == 1);
        var seconds = Latency.Of(() =>
        {
            begin.Write(2);
            SharedTasks.AddMany(value, count);
            other.Wait();
        });
        return value.Value == 2L * count ? value.Value / seconds : throw new InvalidOperationException("Additions were lost.");
    }

    /// <summary>Seconds for all.</summary>
    internal static double Create(int count)
    {
        var values = new SharedValue<long>[count];
        var seconds = Latency.Of(() =>
        {
            for (var i = 0; i < count; i++)
            {
                values[i] = new SharedValue<long>();
            }
        });
        Array.ForEach(values, static value => value.Dispose());
        return seconds;
    }

    /// <summary>From the call to its result; the worker has kept the array from the first call.</summary>
    internal double HandOverMapped(long size, int calls)
    {
        using var array = new SharedArray<byte>(size);
        array[^1] = 1;
        _pool.Value.Run(SharedTasks.Keep, array);
        var seconds = Latency.Median(calls, null, () => _pool.Value.Run(SharedTasks.Ends, array));
        _pool.Value.Run(SharedTasks.LetGo);
        return seconds;
    }

    /// <summary>From the call to its result, of an array that the worker has never seen.</summary>
    internal double HandOverFirst(long size) => Samples.MedianOf(
    [
        .. Enumerable.Range(0, 5).Select(_ =>
        {
            using var array = new SharedArray<byte>(size);
            array[^1] = 1;
            return Latency.Of(() => _pool.Value.Run(SharedTasks.Ends, array));
        }),
    ]);

    public void Dispose()
    {
        if (_pool.IsValueCreated)
        {
            _pool.Value.Dispose();
        }
    }
}

/// <summary>What the workers run.</summary>
internal static class SharedTasks
{
    private static SharedArray<byte>? Kept;

    internal static void Nothing()
    {
    }

    internal static int Ends(SharedArray<byte> array) => array[0] + array[^1];

    internal static void Keep(SharedArray<byte> array) => Kept = array;

    internal static void LetGo()
    {
        Kept?.Dispose();
        Kept = null;
    }

    internal static void AddMany(SharedValue<long> value, int count)
    {
        for (var i = 0; i < count; i++)
        {
            value.Add(1);
        }
    }
}
