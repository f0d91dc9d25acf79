using Multiprocessing;
using Multiprocessing.Processes;

namespace Compare.Starting;

/// <summary>Child processes that do next to nothing; seconds each, if not said otherwise. A standby is ready before every start.</summary>
internal static class ProcessUse
{
    /// <summary>After which none can be expected any more unless another process is started.</summary>
    private static readonly TimeSpan RefillTime = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan ReadyTime = TimeSpan.FromSeconds(10);

    internal static double StartToExit(StartMethod method, int count) => MedianOf(method, count, static child =>
    {
        var start = Stopwatch.GetTimestamp();
        child.Start();
        child.Join();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    });

    /// <summary>How long <see cref="ChildProcess.Start"/> takes.</summary>
    internal static double StartCall(StartMethod method, int count) => MedianOf(method, count, static child =>
    {
        var start = Stopwatch.GetTimestamp();
        child.Start();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    });

    /// <summary>Until this process knows that the child's code runs.</summary>
    internal static double StartToCode(StartMethod method, int count)
    {
        using var runs = new ProcessEvent();
        return MedianOf(
            method,
            count,
            child =>
            {
                runs.Reset();
                var start = Stopwatch.GetTimestamp();
                child.Start();
                runs.Wait();
                return Stopwatch.GetElapsedTime(start).TotalSeconds;
            },
            () => new ChildProcess(runs.Set));
    }

    /// <summary>Processes per second, when so many are started at once and joined.</summary>
    internal static double StartMany(StartMethod method, int count)
    {
        Prepare(method);
        ChildProcess[] children = [.. Enumerable.Range(0, count).Select(_ => new ChildProcess(Nothing) { StartMethod = method })];
        var seconds = Latency.Of(() =>
        {
            Array.ForEach(children, static child => child.Start());
            Array.ForEach(children, static child => child.Join());
        });
        Array.ForEach(children, static child => child.Dispose());
        return count / seconds;
    }

    private static double MedianOf(StartMethod method, int count, Func<ChildProcess, double> measure, Func<ChildProcess>? create = null)
    {
        var seconds = new double[count];
        for (var i = 0; i < count; i++)
        {
            Prepare(method);
            using var child = create is null ? new ChildProcess(Nothing) : create();
            child.StartMethod = method;
            seconds[i] = measure(child);
            child.Join();
        }
        return Samples.MedianOf(seconds);
    }

    /// <summary>Standbys are kept by a program that has started something, as long as it starts more now and then.</summary>
    private static void Prepare(StartMethod method)
    {
        if (method != StartMethod.Standby || SpinWait.SpinUntil(static () => StandbyPool.AreReady, RefillTime))
        {
            return;
        }
        using (var first = new ChildProcess(Nothing) { StartMethod = method })
        {
            first.Start();
            first.Join();
        }
        if (!SpinWait.SpinUntil(static () => StandbyPool.AreReady, ReadyTime))
        {
            throw new TimeoutException("No standby came up.");
        }
    }

    private static void Nothing()
    {
    }
}
