using System.Diagnostics.CodeAnalysis;
using BenchmarkDotNet.Attributes;
using Multiprocessing;

namespace Micro;

/// <summary>One task to a worker process and back. The bytes allocated are those of the caller's process.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The clean-up of the benchmark disposes of them.")]
public class PoolBenchmarks
{
    private const int Many = 1000;
    private readonly int[] _items = [.. Enumerable.Range(0, Many)];
    private ProcessPool _pool = null!;

    [GlobalSetup]
    public void Create() => _pool = new ProcessPool(1);

    [GlobalCleanup]
    public void End() => _pool.Dispose();

    [Benchmark(Description = "Run of a static function")]
    public int Blocking() => _pool.Run(static x => x + 1, 1);

    [Benchmark(Description = "RunAsync of a static function")]
    public Task<int> Awaited() => _pool.RunAsync(static x => x + 1, 1);

    [Benchmark(Description = "RunAsync of a lambda with a captured value")]
    public Task<int> Capturing()
    {
        var y = _items.Length;
        return _pool.RunAsync(x => x + y, 1);
    }

    [Benchmark(Description = "an item of a Map of 1000", OperationsPerInvoke = Many)]
    public int[] Map() => _pool.Map(static x => x + 1, _items);
}
