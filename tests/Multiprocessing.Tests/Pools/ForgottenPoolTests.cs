using System.Diagnostics;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Multiprocessing.Tests.Testing.Leaks;

namespace Multiprocessing.Tests.Pools;

/// <summary>Pools that nobody refers to any more and nobody has ended. The class is watched for leaks, like every other.</summary>
public sealed class ForgottenPoolTests : IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);
    private readonly string _folder = Directory.CreateTempSubdirectory("mp-forgotten-").FullName;
    private readonly ILoggerFactory _before = MultiprocessingLog.LoggerFactory;
    private readonly RecordingLog _log = new();

    public ForgottenPoolTests() => MultiprocessingLog.LoggerFactory = _log;

    public void Dispose()
    {
        MultiprocessingLog.LoggerFactory = _before;
        _log.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(PoolBackend.Processes)]
    [InlineData(PoolBackend.InProcess)]
    public async Task A_pool_that_nobody_refers_to_ends_with_its_workers_and_a_warning(PoolBackend backend)
    {
        var (pool, worker) = UseAndForget(backend);
        await CollectUntilAsync(() => !pool.IsAlive && _log.Warnings.Count > 0 && (backend == PoolBackend.InProcess || IsGone(worker)));
        Assert.Contains("forgotten", Assert.Single(_log.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pool_that_was_never_used_is_forgotten_too()
    {
        var pool = MakeAndForget();
        await CollectUntilAsync(() => !pool.IsAlive && _log.Warnings.Count == 1);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static WeakReference MakeAndForget() => new(new ProcessPool(2));
    }

    [Theory]
    [InlineData(PoolBackend.Processes)]
    [InlineData(PoolBackend.InProcess)]
    public async Task What_a_forgotten_pool_was_given_is_done_before_it_ends(PoolBackend backend)
    {
        string[] files = [Path.Combine(_folder, "1"), Path.Combine(_folder, "2"), Path.Combine(_folder, "3")];
        var tasks = SubmitAndForget(backend, files);
        await PoolWork.WaitForFileAsync(files[0]);
        for (var i = 0; i < 5; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        foreach (var file in files)
        {
            await PoolWork.WaitForFileAsync(file);
            File.Delete(file);
        }
        var results = await Task.WhenAll(tasks).WaitAsync(Soon);
        Assert.All(results, result => Assert.Equal(0, result));
        await CollectUntilAsync(() => _log.Warnings.Count == 1);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static Task<int>[] SubmitAndForget(PoolBackend backend, string[] files)
        {
            var pool = new ProcessPool(new ProcessPoolOptions { Workers = 1, Backend = backend });
            return [.. files.Select(file => pool.RunAsync(PoolWork.Linger, file))];
        }
    }

    [Fact]
    public async Task A_pool_that_was_ended_is_not_warned_of()
    {
        var pools = await EndAndForgetAsync();
        await CollectUntilAsync(() => Array.TrueForAll(pools, pool => !pool.IsAlive));
        Assert.Empty(_log.Warnings);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static async Task<WeakReference[]> EndAndForgetAsync()
        {
            ProcessPool[] pools = [new(1), new(1), new(1), new(1)];
            foreach (var pool in pools)
            {
                await pool.RunAsync(PoolWork.Double, 1);
            }
            pools[0].Dispose();
            await pools[1].DisposeAsync();
            pools[2].Complete();
            pools[3].Terminate();
            await Task.WhenAll(pools.Select(pool => pool.Completion));
            return [.. pools.Select(pool => new WeakReference(pool))];
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (WeakReference Pool, int Worker) UseAndForget(PoolBackend backend)
    {
        var pool = new ProcessPool(new ProcessPoolOptions { Workers = 2, Backend = backend });
        var offset = 1;
        var worker = pool.Run(() => Environment.ProcessId);
        Assert.Equal(3, pool.RunAsync(x => x + offset, 2).Result);
        Assert.Equal([2, 4], pool.Map(PoolWork.Double, [1, 2]));
        Assert.Equal([2, 4], pool.MapStream(PoolWork.Double, [1, 2]));
        return (new WeakReference(pool), worker);
    }

    private static bool IsGone(int process) => ProcFile.ReadText($"/proc/{process}/stat") is null;

    private static async Task CollectUntilAsync(Func<bool> condition)
    {
        var start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < Soon, "Nothing has happened.");
            GC.Collect();
            GC.WaitForPendingFinalizers();
            await Task.Delay(10);
        }
    }

    private sealed class RecordingLog : ILoggerFactory, ILogger
    {
        private readonly List<string> _warnings = [];

        internal IReadOnlyList<string> Warnings
        {
            get
            {
                lock (_warnings)
                {
                    return [.. _warnings];
                }
            }
        }

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel >= LogLevel.Warning)
            {
                lock (_warnings)
                {
                    _warnings.Add(formatter(state, exception));
                }
            }
        }

        public void Dispose()
        {
        }
    }
}
