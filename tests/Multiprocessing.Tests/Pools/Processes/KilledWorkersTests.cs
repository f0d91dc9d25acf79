namespace Multiprocessing.Tests.Pools.Processes;

/// <summary>Workers killed at random moments: every task ends exactly once, with its result or with the death of its worker.</summary>
public sealed class KilledWorkersTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Every_task_has_its_own_result_or_died_with_its_worker(int seed)
    {
        var random = new Random(seed);
        await using var pool = new ProcessPool(new ProcessPoolOptions { Workers = 2, MaxWorkerFailures = 1000 });
        int kills = 0;
        int lost = 0;
        for (int round = 0; round < 12; round++)
        {
            var victims = new HashSet<int>();
            Task<(int Value, int Worker)>[] tasks = [.. Enumerable.Range(0, 2000).Select(i => pool.RunAsync(
                static x => (x * 3, Environment.ProcessId), i))];
            (int, int worker) first = await tasks[random.Next(20)].WaitAsync(TimeSpan.FromSeconds(30));
            SpinFor(random.Next(0, 3_000_000));
            if (victims.Add(first.worker) && Native.Kill(first.worker, 9) == 0)
            {
                kills++;
            }

            for (int i = 0; i < tasks.Length; i++)
            {
                try
                {
                    Assert.Equal(i * 3, (await tasks[i].WaitAsync(TimeSpan.FromSeconds(30))).Value);
                }
                catch (WorkerDiedException died)
                {
                    Assert.Equal("SIGKILL", died.SignalName);
                    lost++;
                }
            }
        }

        Assert.InRange(kills, 6, 12);
        Assert.True(lost <= kills, $"{lost} tasks were lost by {kills} kills");
        Assert.Equal(4, pool.Run(static x => x, 4));
    }

    private static void SpinFor(int nanoseconds)
    {
        long until = System.Diagnostics.Stopwatch.GetTimestamp() + nanoseconds;
        while (System.Diagnostics.Stopwatch.GetTimestamp() < until)
        {
        }
    }
}
