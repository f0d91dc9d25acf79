using System.Diagnostics;

namespace Multiprocessing.Chaos;

/// <summary>One run: what its parts share, and how they start and end.</summary>
internal sealed class ChaosRun
{
    private const int Customers = 6;
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly Lock _gate = new();
    private TimeSpan _slowestErrand;
    private TimeSpan _slowestEnd;

    internal ChaosRun(ChaosOptions options)
    {
        Options = options;
        Pools = new PoolKeeper(this);
        Crowd = [.. Enumerable.Range(0, Customers).Select(number => new Customer(this, number))];
    }

    internal ChaosOptions Options { get; }

    internal Account Account { get; } = new();

    internal Ledger Ledger { get; } = new(blocks: 2048);

    internal PoolKeeper Pools { get; }

    internal IReadOnlyList<Customer> Crowd { get; }

    internal TimeSpan Elapsed => Stopwatch.GetElapsedTime(_start);

    internal bool IsOver => Elapsed.TotalSeconds >= Options.Seconds;

    /// <summary>Randomness of its own for each part, so that one does not depend on the speed of another.</summary>
    internal Random NewRandom(string part)
    {
        var seed = Options.Seed;
        foreach (var character in part)
        {
            seed = unchecked((seed * 31) + character);
        }
        return new Random(seed);
    }

    internal async Task RunAsync()
    {
        using (new Watchdog(this))
        {
            await Task.WhenAll([Pools.RunAsync(), new Disturbances(this).RunAsync(), .. Crowd.Select(customer => Task.Run(customer.RunAsync))]);
        }
        ChaosWork.Cells = null; // Of pools inside this process.
        Ledger.Dispose();
    }

    internal void NoteErrand(TimeSpan time)
    {
        lock (_gate)
        {
            _slowestErrand = time > _slowestErrand ? time : _slowestErrand;
        }
    }

    internal void NoteEnd(TimeSpan time)
    {
        lock (_gate)
        {
            _slowestEnd = time > _slowestEnd ? time : _slowestEnd;
        }
    }

    public override string ToString()
    {
        using var self = Process.GetCurrentProcess();
        return $"""
            {Account}
            {Account.Items} items in {Elapsed.TotalSeconds:0.0} s; slowest errand {_slowestErrand.TotalSeconds:0.0} s, slowest end of a pool {_slowestEnd.TotalSeconds:0.0} s; most memory {self.PeakWorkingSet64 >> 20} MiB
            """;
    }
}
