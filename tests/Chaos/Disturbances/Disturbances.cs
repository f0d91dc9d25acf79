using System.Diagnostics;
using Multiprocessing.Tests.Pools.Processes;

namespace Multiprocessing.Chaos;

/// <summary>What happens to workers from outside: killed, stopped and continued, kept from the processor.</summary>
internal sealed class Disturbances(ChaosRun run)
{
    private const int Kill = 9;
    private const int Continue = 18;
    private const int Stop = 19;

    internal Task RunAsync() => Task.WhenAll(Task.Run(KillAsync), Task.Run(StopAsync), Task.Run(StarveAsync));

    private async Task KillAsync()
    {
        var random = run.NewRandom("kills");
        while (!run.IsOver)
        {
            await Task.Delay(random.Next(5, 200));
            await ProgressAsync(random.Next(100));
            if (Choose(random) is { } id && Native.Kill(id, Kill) == 0)
            {
                run.Account.CountEvent("kills");
            }
        }
    }

    private async Task StopAsync()
    {
        var random = run.NewRandom("stops");
        while (!run.IsOver)
        {
            await Task.Delay(random.Next(50, 500));
            await ProgressAsync(random.Next(100));
            if (Choose(random) is { } id && Native.Kill(id, Stop) == 0)
            {
                run.Account.CountEvent("stops");
                await Task.Delay(random.Next(500));
                _ = Native.Kill(id, Continue); // Fails if it has been killed meanwhile.
            }
        }
    }

    private async Task StarveAsync()
    {
        var random = run.NewRandom("starving");
        while (!run.IsOver)
        {
            await Task.Delay(random.Next(500, 3000));
            var length = TimeSpan.FromMilliseconds(random.Next(200));
            var threads = new Thread[random.Next(1, 4)];
            for (var i = 0; i < threads.Length; i++)
            {
                threads[i] = new Thread(() => Burn(length)) { IsBackground = true };
                threads[i].Start();
            }
            Array.ForEach(threads, thread => thread.Join());
            run.Account.CountEvent("starvations");
        }
    }

    /// <summary>On a machine that is slow just now nothing would ever be done otherwise.</summary>
    private async Task ProgressAsync(int items)
    {
        var target = run.Account.Values + items;
        while (run.Account.Values < target && !run.IsOver)
        {
            await Task.Delay(5);
        }
    }

    private static int? Choose(Random random) => Descendants.Find() is { Count: > 0 } all ? all[random.Next(all.Count)] : null;

    private static void Burn(TimeSpan length)
    {
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < length)
        {
        }
    }
}
