using Microsoft.Diagnostics.NETCore.Client;

namespace Multiprocessing.Chaos;

/// <summary>If nothing ends for a minute, something hangs: says what is known, leaves a dump and ends the process.</summary>
internal sealed class Watchdog : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly ManualResetEventSlim _stop = new();
    private readonly Thread _thread;

    internal Watchdog(ChaosRun run)
    {
        _thread = new Thread(() => Watch(run)) { IsBackground = true, Name = "watchdog" };
        _thread.Start();
    }

    public void Dispose()
    {
        _stop.Set();
        _thread.Join();
        _stop.Dispose();
    }

    private void Watch(ChaosRun run)
    {
        var last = -1L;
        while (!_stop.Wait(Patience))
        {
            var progress = run.Account.Progress;
            if (progress == last)
            {
                Bark(run);
            }
            last = progress;
        }
    }

    private static void Bark(ChaosRun run)
    {
        Console.WriteLine($"HANGS, seed {run.Options.Seed}: nothing has ended for {Patience.TotalSeconds} s.");
        Console.WriteLine(run);
        foreach (var customer in run.Crowd)
        {
            Console.WriteLine(customer);
        }
        foreach (var scope in run.Pools.Scopes)
        {
            Console.WriteLine($"pool {scope.Number}: {scope.Pool.Describe()}");
        }
        var dump = Path.Combine(Environment.GetEnvironmentVariable("CHAOS_DUMPS") ?? "/tmp", $"chaos-{Environment.ProcessId}.dmp");
        try
        {
            new DiagnosticsClient(Environment.ProcessId).WriteDump(DumpType.WithHeap, dump);
            Console.WriteLine($"Dump: {dump}");
        }
        catch (Exception exception)
        {
            Console.WriteLine($"No dump: {exception.Message}");
        }
        Environment.Exit(2);
    }
}
