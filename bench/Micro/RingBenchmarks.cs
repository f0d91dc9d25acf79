using System.Diagnostics.CodeAnalysis;
using BenchmarkDotNet.Attributes;
using Multiprocessing;

namespace Micro;

/// <summary>One item, or a thousand, through the rings of a queue and of a pipe, put and taken by the same thread.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The clean-up of the benchmark disposes of them.")]
public class RingBenchmarks
{
    private const int Many = 1000;
    private readonly int[] _sent = new int[Many];
    private readonly int[] _received = new int[Many];
    private readonly byte[] _message = new byte[64];
    private readonly string _text = new('x', 100);
    private ProcessQueue<int> _numbers = null!;
    private ProcessQueue<string> _texts = null!;
    private Connection _near = null!;
    private Connection _far = null!;

    [GlobalSetup]
    public void Create()
    {
        _numbers = new ProcessQueue<int>();
        _texts = new ProcessQueue<string>();
        (_near, _far) = Connection.CreatePipe();
    }

    [GlobalCleanup]
    public void End()
    {
        _numbers.Dispose();
        _texts.Dispose();
        _near.Dispose();
        _far.Dispose();
    }

    [Benchmark(Description = "queue, int")]
    public int Number()
    {
        _numbers.Put(1);
        return _numbers.Get();
    }

    [Benchmark(Description = "queue, int, in batches of 1000", OperationsPerInvoke = Many)]
    public int Batch()
    {
        _numbers.PutMany(_sent);
        var left = Many;
        while (left > 0)
        {
            left -= _numbers.GetMany(_received);
        }
        return _received[0];
    }

    [Benchmark(Description = "queue, string of 100")]
    public string Text()
    {
        _texts.Put(_text);
        return _texts.Get();
    }

    [Benchmark(Description = "pipe, 64 bytes")]
    public int Pipe()
    {
        _near.SendBytes(_message);
        return _far.ReceiveBytes(_message.AsSpan());
    }
}
