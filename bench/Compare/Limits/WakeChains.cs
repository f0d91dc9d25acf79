using Multiprocessing.Platform;

namespace Compare.Limits;

/// <summary>
/// The bare chains of wake-ups that every latency is quoted with: caller -> worker process -> caller (2 hops, a blocking call) and
/// caller -> worker process -> collector thread -> caller (3 hops, an awaited call). Shared words and futexes, nothing else.
/// </summary>
internal sealed unsafe class WakeChains : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(2);
    private readonly KernelHandle _memory = Kernel.SharedMemory.Create(ChainWords.Size, "bare-chain");
    private readonly MemoryMapping _mapping;
    private readonly ProcessHandle _worker;
    private readonly ManualResetEvent _never = new(initialState: false);
    private readonly bool _pinned;
    private int _count = 1;

    /// <param name="pinned">Whether the caller and the worker have a processor each, instead of where the kernel puts them.</param>
    internal WakeChains(bool pinned = false)
    {
        _pinned = pinned;
        _mapping = Kernel.SharedMemory.Map(_memory, ChainWords.Size, writable: true);
        var (program, arguments) = InnerPrograms.CommandLine(EchoWorker.Mode, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        using var place = Placement.At(Placement.Far, pinned);
        _worker = Kernel.Spawner.Spawn(new SpawnRequest
        {
            File = program,
            Arguments = [program, .. arguments],
            Environment = [.. Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>().Select(e => $"{e.Key}={e.Value}")],
            Descriptors = EchoWorker.Descriptors(_memory),
        });
        Hop.Await(ref Words.Response, 0, spin: false);
    }

    private ref ChainWords Words => ref *(ChainWords*)_mapping.Pointer;

    /// <summary>Two hops, back to back: the better of spinning and sleeping at both ends.</summary>
    internal double BlockingAwake(int calls, double part = 0.5) =>
        Math.Min(Blocking(calls, spin: true, part: part), Blocking(calls / 10, spin: false, part: part));

    /// <summary>Two hops after a pause in which both ends fell asleep.</summary>
    internal double BlockingAsleep(int calls, double part = 0.5) => Blocking(calls, spin: false, pause: true, part);

    /// <summary>Three hops, back to back: the better of everybody sleeping, and only the caller sleeping (as an awaiting one does).</summary>
    internal double AwaitedAwake(int calls) => Math.Min(Awaited(calls, spin: true), Awaited(calls, spin: false));

    /// <summary>Three hops after a pause in which all fell asleep.</summary>
    internal double AwaitedAsleep(int calls) => Awaited(calls, spin: false, pause: true);

    public void Dispose()
    {
        // To the worker whatever mode it waits in: a spinning one sees the word, a sleeping one is woken.
        Hop.Signal(ref Words.Request, -1, waiterSpins: false);
        if (!_worker.WaitForExit(TimeSpan.FromSeconds(5)))
        {
            const int kill = 9;
            _worker.Send(kill);
            _worker.WaitForExit(TimeSpan.FromSeconds(5));
        }
        _worker.Dispose();
        _mapping.Dispose();
        _memory.Dispose();
        _never.Dispose();
    }

    /// <summary>Each chain of two hops: both ends spin, or both fall asleep before it.</summary>
    internal double[] BlockingEach(int calls, bool asleep) => Each(calls, spin: !asleep, pause: asleep);

    private double Blocking(int calls, bool spin, bool pause = false, double part = 0.5) =>
        Samples.QuantileOf(Each(calls, spin, pause), part);

    private double[] Each(int calls, bool spin, bool pause)
    {
        using var place = Placement.At(Placement.Near, _pinned);
        SetWorker(spin);
        return Latency.Each(calls, pause ? () => _never.WaitOne(Pause) : null, () =>
        {
            var request = ++_count;
            Hop.Signal(ref Words.Request, request, waiterSpins: spin);
            Hop.Await(ref Words.Response, request - 1, spin);
        });
    }

    private double Awaited(int calls, bool spin, bool pause = false)
    {
        SetWorker(spin);
        Words.Delivery = _count;
        var first = _count;
        var collector = new Thread(() => Collect(first, first + calls + Latency.WarmUp, spin)) { IsBackground = true, Name = "bare-collector" };
        collector.Start();
        var median = Latency.Median(calls, pause ? () => _never.WaitOne(Pause) : null, () =>
        {
            var request = ++_count;
            Hop.Signal(ref Words.Request, request, waiterSpins: spin);
            Hop.Await(ref Words.Delivery, request - 1, spin: false);
        });
        collector.Join();
        return median;
    }

    private void Collect(int seen, int last, bool spin)
    {
        while (seen != last)
        {
            seen = Hop.Await(ref Words.Response, seen, spin);
            Hop.Signal(ref Words.Delivery, seen, waiterSpins: false);
        }
    }

    /// <summary>Changes how the worker waits; one unmeasured request makes it notice.</summary>
    private void SetWorker(bool spin)
    {
        var request = ++_count;
        Volatile.Write(ref Words.WorkerSpins, spin ? 1 : 0);
        Hop.Signal(ref Words.Request, request, waiterSpins: false);
        Hop.Await(ref Words.Response, request - 1, spin: true);
        // The worker read how to wait before this request; after the second one it certainly waits as told.
        request = ++_count;
        Hop.Signal(ref Words.Request, request, waiterSpins: false);
        Hop.Await(ref Words.Response, request - 1, spin: true);
    }
}
