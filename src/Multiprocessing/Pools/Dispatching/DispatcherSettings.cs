using System.Diagnostics;

namespace Multiprocessing.Pools;

/// <summary>What the dispatcher needs of the pool's options, times in ticks of <see cref="Stopwatch"/>; -1: infinite.</summary>
internal sealed class DispatcherSettings
{
    /// <summary>By which observers know the pool.</summary>
    internal string Name { get; init; } = "";

    internal required int Workers { get; init; }

    /// <summary>How many workers can run at a time.</summary>
    internal required int Processors { get; init; }

    internal required int Spares { get; init; }

    internal required long InitializerTimeout { get; init; }

    internal required long GracePeriod { get; init; }

    internal required int MaxWorkerFailures { get; init; }

    /// <summary>More keys than these are not remembered: the oldest ones without calls are forgotten.</summary>
    internal int MostKeys { get; init; } = 65_536;

    /// <summary>How long a worker that ends may be busy with its exit hook.</summary>
    internal long ExitHookTimeout { get; init; }

    /// <summary>Workers that are started with the pool and kept however long they are idle.</summary>
    internal int MinWorkers { get; init; }

    /// <summary>How long the workers above <see cref="MinWorkers"/> may be idle.</summary>
    internal long IdleTimeout { get; init; } = -1;

    /// <summary>How many tasks a worker is given in its life.</summary>
    internal long TaskLimit { get; init; } = long.MaxValue;

    /// <summary>How old a worker may become.</summary>
    internal long AgeLimit { get; init; } = -1;

    /// <summary>How much memory of its own a worker may have, in bytes, before it is killed.</summary>
    internal long MemoryLimit { get; init; } = long.MaxValue;

    /// <summary>Above how much memory of its own, in bytes, a worker is replaced.</summary>
    internal long MemoryRecycling { get; init; } = long.MaxValue;

    internal bool WatchesMemory => Math.Min(MemoryLimit, MemoryRecycling) != long.MaxValue;

    /// <summary>Whether workers are replaced without having died.</summary>
    internal bool Recycles => TaskLimit != long.MaxValue || AgeLimit >= 0 || WatchesMemory;

    internal static DispatcherSettings Of(ProcessPoolOptions options) => new()
    {
        Name = options.Name,
        Workers = options.Workers,
        Processors = Environment.ProcessorCount,
        Spares = options.Backend == PoolBackend.InProcess ? 0 : options.Spares,
        InitializerTimeout = Ticks(options.InitializerTimeout),
        GracePeriod = Ticks(options.CancellationGracePeriod),
        MaxWorkerFailures = options.MaxWorkerFailures,
        ExitHookTimeout = Ticks(options.ExitHookTimeout),
        MinWorkers = options.MinWorkers,
        IdleTimeout = Ticks(options.IdleTimeout),
        TaskLimit = options.RecycleAfterTasks ?? long.MaxValue,
        AgeLimit = Ticks(options.RecycleAfter),
        MemoryLimit = options.MemoryLimit ?? long.MaxValue,
        MemoryRecycling = options.RecycleAboveMemory ?? long.MaxValue,
    };

    internal static long Ticks(TimeSpan time) =>
        time == Timeout.InfiniteTimeSpan ? -1 : (long)(time.TotalSeconds * Stopwatch.Frequency);
}
