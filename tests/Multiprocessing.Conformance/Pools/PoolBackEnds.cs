namespace Multiprocessing.Conformance.Pools;

/// <summary>What a pool's work runs in.</summary>
public enum PoolKind
{
    Spawn,
    Standby,
    InProcess,
}

/// <summary>What is expected of a pool whatever its back end is: derive a class for each <see cref="PoolKind"/>.</summary>
public abstract class PoolBackEnds(PoolKind kind) : IAsyncDisposable
{
    private protected static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    private readonly Lazy<ProcessPool> _pool = new(() => Create(kind));

    private protected static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    /// <summary>Two workers.</summary>
    private protected ProcessPool Pool => _pool.Value;

    private protected bool AreProcesses => kind != PoolKind.InProcess;

    public async ValueTask DisposeAsync()
    {
        if (_pool.IsValueCreated)
        {
            await Pool.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    private protected ProcessPool Create(Action<ProcessPoolOptions>? configure = null) => Create(kind, configure);

    private static ProcessPool Create(PoolKind kind, Action<ProcessPoolOptions>? configure = null)
    {
        var options = new ProcessPoolOptions
        {
            Workers = 2,
            Backend = kind == PoolKind.InProcess ? PoolBackend.InProcess : PoolBackend.Processes,
            Context = MultiprocessingContext.Get(kind == PoolKind.Spawn ? StartMethod.Spawn : StartMethod.Standby),
            ShutdownTimeout = Soon,
        };
        configure?.Invoke(options);
        return new ProcessPool(options);
    }
}
