using System.Diagnostics.CodeAnalysis;
using BenchmarkDotNet.Attributes;
using Multiprocessing;

namespace Micro;

/// <summary>Synchronization objects that nobody else wants, beside the lock of one process.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The clean-up of the benchmark disposes of them.")]
public class SynchronizationBenchmarks
{
    private readonly Lock _local = new();
    private ProcessLock _lock = null!;
    private ProcessRLock _recursive = null!;
    private ProcessSemaphore _semaphore = null!;
    private ProcessEvent _event = null!;
    private SharedValue<long> _value = null!;

    [GlobalSetup]
    public void Create()
    {
        _lock = new ProcessLock();
        _recursive = new ProcessRLock();
        _semaphore = new ProcessSemaphore(1);
        _event = new ProcessEvent();
        _value = new SharedValue<long>(0);
    }

    [GlobalCleanup]
    public void End()
    {
        _lock.Dispose();
        _recursive.Dispose();
        _semaphore.Dispose();
        _event.Dispose();
        _value.Dispose();
    }

    [Benchmark(Baseline = true, Description = "System.Threading.Lock")]
    public void Local()
    {
        _local.Enter();
        _local.Exit();
    }

    [Benchmark(Description = "ProcessLock")]
    public void Lock()
    {
        _lock.Acquire();
        _lock.Release();
    }

    [Benchmark(Description = "ProcessRLock")]
    public void RecursiveLock()
    {
        _recursive.Acquire();
        _recursive.Release();
    }

    [Benchmark(Description = "ProcessSemaphore")]
    public void Semaphore()
    {
        _semaphore.Acquire();
        _semaphore.Release();
    }

    [Benchmark(Description = "ProcessEvent, set and reset")]
    public void Event()
    {
        _event.Set();
        _event.Reset();
    }

    [Benchmark(Description = "SharedValue<long>, add")]
    public long Add() => _value.Add(1);
}
