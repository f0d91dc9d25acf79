using System.Diagnostics;

namespace Multiprocessing.Pools;

/// <summary>What the dispatcher needs of the pool's options, times in ticks of <see cref="Stopwatch"/>; -1: infinite.</summary>
internal sealed class DispatcherSettings
{
    internal required int Workers { get; init; }

    internal required int Spares { get; init; }

    internal required long InitializerTimeout { get; init; }

    internal required long GracePeriod { get; init; }

    internal required int MaxWorkerFailures { get; init; }

    internal static DispatcherSettings Of(ProcessPoolOptions options) => new()
    {
        Workers = options.Workers,
        Spares = options.Backend == PoolBackend.InProcess ? 0 : options.Spares,
        InitializerTimeout = Ticks(options.InitializerTimeout),
        GracePeriod = Ticks(options.CancellationGracePeriod),
        MaxWorkerFailures = options.MaxWorkerFailures,
    };

    internal static long Ticks(TimeSpan time) =>
        time == Timeout.InfiniteTimeSpan ? -1 : (long)(time.TotalSeconds * Stopwatch.Frequency);
}
