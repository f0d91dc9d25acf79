using System.Diagnostics;
using Multiprocessing.Messaging.Rings;

namespace Multiprocessing.Pools.Processes;

/// <summary>
/// The one thread of this process that takes the answers of all workers of all pools. It sleeps on a word that every worker can ring. It
/// runs no user code: results of other than trivial types are read elsewhere, and nobody's continuations run here.
/// </summary>
internal sealed class Collector
{
    private static readonly Lazy<Collector> Instance = new(static () => new Collector());
    private readonly Lock _lock = new();
    private readonly SpinBudget _spin = new();
    private readonly List<ProcessWorker> _retired = [];
    private volatile ProcessWorker[] _workers = [];
    private volatile bool _hasRetired;

    private Collector()
    {
        var thread = new Thread(Run) { IsBackground = true, Name = "mp-collector" };
        thread.UnsafeStart();
    }

    public static Collector Process => Instance.Value;

    public Doorbell Doorbell { get; } = Doorbell.Create();

    /// <summary>Takes the answers of this worker too, and those that it has given already.</summary>
    public void Add(ProcessWorker worker)
    {
        lock (_lock)
        {
            _workers = [.. _workers, worker];
        }

        // The worker may have rung before this thread could look at its channel: a warm process is ready in no time.
        Interlocked.MemoryBarrier();
        Doorbell.Ring();
    }

    /// <summary>Forgets a worker; its channel is closed when this thread is certain not to look at it any more.</summary>
    public void Retire(ProcessWorker worker)
    {
        lock (_lock)
        {
            _workers = [.. _workers.Where(w => w != worker)];
            _retired.Add(worker);
            _hasRetired = true;
        }

        Doorbell.Ring();
    }

    private void Run()
    {
        while (true)
        {
            if (_hasRetired)
            {
                CloseRetired();
            }

            if (CollectAll() || Spin())
            {
                continue;
            }

            Doorbell.PrepareToSleep();
            if (HasNews() || _hasRetired)
            {
                Doorbell.CancelSleep();
            }
            else
            {
                Doorbell.Sleep();
            }
        }
    }

    private bool CollectAll()
    {
        bool any = false;
        foreach (ProcessWorker worker in _workers)
        {
            any |= worker.HasNewsForCollector && worker.Collect();
        }

        return any;
    }

    private bool HasNews()
    {
        foreach (ProcessWorker worker in _workers)
        {
            if (worker.HasNewsForCollector)
            {
                return true;
            }
        }

        return false;
    }

    private bool Spin()
    {
        long until = _spin.Begin();
        if (until == 0 || !Doorbell.TryBeginSpin())
        {
            return false;
        }

        bool found;
        while (!(found = HasNews()) && Stopwatch.GetTimestamp() < until)
        {
            Pause.Once();
        }

        Doorbell.EndSpin();
        _spin.End(found);
        return found;
    }

    private void CloseRetired()
    {
        ProcessWorker[] retired;
        lock (_lock)
        {
            retired = [.. _retired];
            _retired.Clear();
            _hasRetired = false;
        }

        foreach (ProcessWorker worker in retired)
        {
            worker.CloseChannel();
        }
    }
}
