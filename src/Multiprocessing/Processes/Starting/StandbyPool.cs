using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Multiprocessing.Platform;

namespace Multiprocessing.Processes;

/// <summary>
/// Processes of this program that are started ahead and wait for a claim, so that nobody waits for a runtime to start. One pool per
/// set of settings that count at the start. Nothing is started before the first use; how many are kept follows how often one was
/// missing, up to one per processor; what nobody needed for a while is ended.
/// </summary>
internal sealed class StandbyPool
{
    private static readonly ConcurrentDictionary<string, StandbyPool> Pools = new(StringComparer.Ordinal);
    private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RefillDelay = TimeSpan.FromMilliseconds(20);

    private readonly Lock _lock = new();
    private readonly LaunchOptions _options;
    private readonly List<StartedProcess> _waiting = [];
    private SurroundingsSnapshot _latest;

    /// <summary>On its way to <see cref="_waiting"/>, and not taken yet.</summary>
    private StartedProcess? _starting;

    /// <summary>Started last; the next one is not started before this one is ready, or over.</summary>
    private StartedProcess? _launched;
    private Task _refill = Task.CompletedTask;
    private bool _refilling;
    private int _target;

    /// <summary>What the last one taken was for.</summary>
    private volatile Example? _example;
    private long _lastUse;
    private IDisposable? _idleDeadline;
    private IDisposable? _refillDeadline;

    private StandbyPool(LaunchOptions options, SurroundingsSnapshot surroundings)
    {
        _options = options;
        _latest = surroundings;
    }

    /// <summary>The pool whose processes were started with what counts at the start as of now.</summary>
    public static StandbyPool For(LaunchOptions options, SurroundingsSnapshot now)
    {
        string key = Key(options, now);
        StandbyPool pool = Pools.TryGetValue(key, out StandbyPool? known) ? known : Pools.GetOrAdd(key, new StandbyPool(options, now));
        pool._latest = now;
        return pool;
    }

    /// <summary>Whether everywhere in this process as many wait as are to be kept, and at least one does.</summary>
    public static bool AreReady
    {
        get
        {
            bool any = false;
            foreach (StandbyPool pool in Pools.Values)
            {
                lock (pool._lock)
                {
                    if (pool._refilling || pool._waiting.Count < pool._target)
                    {
                        return false;
                    }
                    any |= pool._waiting.Count > 0;
                }
            }
            return any;
        }
    }

    /// <summary>A process that waits or is on its way, or null: then the caller starts one itself.</summary>
    /// <param name="example">What it is for: the next will probably be for the same role.</param>
    public StartedProcess? TryTake(StartRequest example)
    {
        lock (_lock)
        {
            _example = new Example(example.Claim.Role, example.Rehearsal);
            _lastUse = Stopwatch.GetTimestamp();
            int last = _waiting.Count - 1;
            if (last < 0)
            {
                _target = Math.Min(_target + 1, Environment.ProcessorCount);
                StartedProcess? starting = _starting;
                _starting = null;
                if (starting?.HasSaidHello == true)
                {
                    EndRefill(starting); // Its rehearsal may be long; it is its taker's now.
                }
                return starting;
            }
            StartedProcess taken = _waiting[last];
            _waiting.RemoveAt(last);
            return taken;
        }
    }

    /// <summary>
    /// Starts, in the background and one after the other, what is missing; a little later, because somebody waits for the first result of
    /// the process that was taken, and two runtimes that start at once slow each other down.
    /// </summary>
    public void RefillSoon()
    {
        lock (_lock)
        {
            _refillDeadline ??= Kernel.EventLoop.At(
                Stopwatch.GetTimestamp() + (long)(RefillDelay.TotalSeconds * Stopwatch.Frequency), OnRefillDeadline);
        }
    }

    private void OnRefillDeadline()
    {
        lock (_lock)
        {
            _refillDeadline = null;
        }
        RefillNow();
    }

    private void RefillNow()
    {
        lock (_lock)
        {
            if (!_refilling && _waiting.Count < _target)
            {
                _refilling = true;
                _refill = Task.Run(Refill);
            }
        }
    }

    /// <summary>The ids of the processes that wait to be claimed, everywhere in this process.</summary>
    public static List<int> Waiting()
    {
        var ids = new List<int>();
        foreach (StandbyPool pool in Pools.Values)
        {
            lock (pool._lock)
            {
                foreach (StartedProcess process in pool._waiting)
                {
                    ids.Add(process.Id);
                }
            }
        }
        return ids;
    }

    /// <summary>Ends all processes that wait, everywhere in this process, and returns when they are gone.</summary>
    public static void Drain()
    {
        foreach (StandbyPool pool in Pools.Values)
        {
            pool.EndAll(wait: true);
        }
    }

    private void Refill()
    {
        StartedProcess? started = null;
        Example? example;
        try
        {
            started = ProcessLauncher.Launch(_options, _latest);
            example = _example;
            if (example?.Rehearsal is not null)
            {
                ClaimSender.SendRehearsal(started, example.Role, example.Rehearsal()); // Before anybody can take it, and send a claim.
            }
        }
        catch (Exception exception) when (exception is System.ComponentModel.Win32Exception or OutOfMemoryException)
        {
            // The system is short of something just now. Whoever needs a process starts one and gets this error.
            started?.Signal(Signal.Kill);
            StopRefilling();
            return;
        }
        lock (_lock)
        {
            _starting = _launched = started;
        }
        started.OnEnded(_ => OnEnded(started));
        if (example?.Rehearsal is null)
        {
            started.OnReady(() => OnPrepared(started));
        }
        else
        {
            started.OnRehearsed(() => OnPrepared(started));
        }
    }

    /// <summary>It can take a claim at once.</summary>
    private void OnPrepared(StartedProcess started)
    {
        lock (_lock)
        {
            EndRefill(started);
            if (_starting == started)
            {
                _starting = null;
                _waiting.Add(started);
                ScheduleIdleCheck();
            }
        }
        RefillNow();
    }

    private void OnEnded(StartedProcess ended)
    {
        bool othersWaited;
        lock (_lock)
        {
            _waiting.Remove(ended);
            othersWaited = EndRefill(ended);
            if (_starting == ended)
            {
                othersWaited = false; // It died of itself, as the next one may do as well.
                _starting = null;
                if (!ended.HasSaidHello)
                {
                    _target = 0; // It failed to start: the next one in need starts one itself and gets the reason.
                }
            }
        }
        if (othersWaited)
        {
            RefillSoon(); // It was taken, or drained, before it was ready.
        }
    }

    /// <summary>Returns whether the next one may be started now.</summary>
    private bool EndRefill(StartedProcess process)
    {
        if (_launched != process)
        {
            return false;
        }
        _launched = null;
        _refilling = false;
        return true;
    }

    private void StopRefilling()
    {
        lock (_lock)
        {
            _refilling = false;
            _target = 0;
        }
    }

    private void ScheduleIdleCheck()
    {
        _idleDeadline ??= Kernel.EventLoop.At(
            Math.Max(_lastUse, Stopwatch.GetTimestamp()) + (long)(IdleTime.TotalSeconds * Stopwatch.Frequency), OnIdleDeadline);
    }

    private void OnIdleDeadline()
    {
        lock (_lock)
        {
            _idleDeadline = null;
            if (Stopwatch.GetElapsedTime(_lastUse) < IdleTime)
            {
                ScheduleIdleCheck();
                return;
            }
        }
        EndAll(wait: false);
    }

    private void EndAll(bool wait)
    {
        Task refill;
        lock (_lock)
        {
            _target = 0;
            _example = null; // It keeps a payload, which may be large.
            refill = _refill;
        }
        if (wait)
        {
            refill.Wait();
        }
        List<StartedProcess> all;
        lock (_lock)
        {
            all = [.. _waiting];
            _waiting.Clear();
            if (_starting is not null)
            {
                // Its end, or its readiness if that came first, is also the end of the refill: until then no other may begin.
                all.Add(_starting);
                _starting = null;
            }
        }
        foreach (StartedProcess process in all)
        {
            process.Signal(Signal.Kill);
        }
        if (wait)
        {
            foreach (StartedProcess process in all)
            {
                process.Ended.Wait();
            }
        }
    }

    private static string Key(LaunchOptions options, SurroundingsSnapshot now)
    {
        var names = new List<string>();
        foreach (string name in now.Environment.Keys)
        {
            if (LaunchEnvironment.IsReadAtStart(name))
            {
                names.Add(name);
            }
        }
        names.Sort(StringComparer.Ordinal);
        var key = new StringBuilder();
        key.Append(options.Diagnostics).Append(options.ServerGarbageCollection).Append('/').Append(options.ConcurrentGarbageCollection)
            .Append('/').Append(options.HeapHardLimit).Append('/').Append(options.MemoryLimit);
        foreach (string name in names)
        {
            key.Append('\0').Append(name).Append('=').Append(now.Environment[name]);
        }
        return key.ToString();
    }

    /// <summary>A role and what it can rehearse with: never those of two starts.</summary>
    private sealed record Example(string Role, Func<byte[]>? Rehearsal);
}
