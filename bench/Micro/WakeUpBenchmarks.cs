using System.Diagnostics.CodeAnalysis;
using BenchmarkDotNet.Attributes;
using Multiprocessing;

namespace Micro;

/// <summary>There and back between two threads that sleep until the other one wakes them, beside what the runtime has for one process.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The clean-up of the benchmark disposes of them.")]
public class WakeUpBenchmarks
{
    private volatile bool _ends;
    private Thread _other = null!;
    private ProcessEvent _ping = null!;
    private ProcessEvent _pong = null!;
    private AutoResetEvent _localPing = null!;
    private AutoResetEvent _localPong = null!;

    [GlobalSetup(Target = nameof(Events))]
    public void CreateEvents()
    {
        _ping = new ProcessEvent();
        _pong = new ProcessEvent();
        Start(() =>
        {
            _ping.Wait();
            _ping.Reset();
            _pong.Set();
        });
    }

    [GlobalCleanup(Target = nameof(Events))]
    public void EndEvents()
    {
        _ends = true;
        _ping.Set();
        _other.Join();
        _ping.Dispose();
        _pong.Dispose();
    }

    [GlobalSetup(Target = nameof(LocalEvents))]
    public void CreateLocalEvents()
    {
        _localPing = new AutoResetEvent(initialState: false);
        _localPong = new AutoResetEvent(initialState: false);
        Start(() =>
        {
            _localPing.WaitOne();
            _localPong.Set();
        });
    }

    [GlobalCleanup(Target = nameof(LocalEvents))]
    public void EndLocalEvents()
    {
        _ends = true;
        _localPing.Set();
        _other.Join();
        _localPing.Dispose();
        _localPong.Dispose();
    }

    [Benchmark(Baseline = true, Description = "AutoResetEvent, there and back")]
    public void LocalEvents()
    {
        _localPing.Set();
        _localPong.WaitOne();
    }

    [Benchmark(Description = "ProcessEvent, there and back")]
    public void Events()
    {
        _ping.Set();
        _pong.Wait();
        _pong.Reset();
    }

    private void Start(Action answer)
    {
        _ends = false;
        _other = new Thread(() =>
        {
            while (!_ends)
            {
                answer();
            }
        })
        { IsBackground = true, Name = "answers" };
        _other.Start();
    }
}
