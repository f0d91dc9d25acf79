using System.Diagnostics;

namespace Multiprocessing.Tests.Synchronization;

/// <summary>Where the other parties of a primitive are: on threads of this process, or in processes started in one way or the other.</summary>
public enum OtherSide
{
    Threads,
    Spawned,
    Standby,
}

/// <summary>
/// What a primitive promises, tested once and run wherever the other parties can be: derive a class for each <see cref="OtherSide"/>.
/// </summary>
public abstract class SharedContract(OtherSide side) : IAsyncDisposable
{
    private protected const int Workers = 3;

    private protected static readonly TimeSpan Short = TimeSpan.FromMilliseconds(30);

    private readonly Lazy<ProcessPool> _others = new(() => new ProcessPool(new ProcessPoolOptions
    {
        Workers = Workers,
        Backend = side == OtherSide.Threads ? PoolBackend.InProcess : PoolBackend.Processes,
        Context = side == OtherSide.Spawned ? MultiprocessingContext.Get(StartMethod.Spawn) : MultiprocessingContext.Get(StartMethod.Standby),
    }));

    private protected ProcessPool Others => _others.Value;

    private protected static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        if (_others.IsValueCreated)
        {
            await _others.Value.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Waits until something can be seen.</summary>
    private protected static async Task UntilAsync(Func<bool> condition)
    {
        long start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(30), "It did not come about.");
            await Task.Delay(1, TestEnd);
        }
    }

    /// <summary>On a thread of its own, because it may wait.</summary>
    private protected static Task<T> OnThreadAsync<T>(Func<T> function) => Task.Factory.StartNew(
        function, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
