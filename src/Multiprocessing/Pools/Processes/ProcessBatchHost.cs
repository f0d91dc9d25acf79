using System.Diagnostics;

namespace Multiprocessing.Pools.Processes;

/// <summary>The worker's side of a batch: items that answer with payloads do so as soon as they have ended.</summary>
internal sealed class ProcessBatchHost : BatchHost
{
    /// <summary>So long an answer may lie in the ring without the pool being told, while the worker goes on: 100 us.</summary>
    private static readonly long Quiet = Stopwatch.Frequency / 10_000;

    private readonly ResponseSender _responses;
    private readonly RunningTask _running;
    private uint _sequence;
    private long _lastWake;

    public ProcessBatchHost(ResponseSender responses, RunningTask running)
    {
        _responses = responses;
        _running = running;
    }

    public void Run(TaskRunner runner, uint sequence, in BatchRequest batch, int attempt)
    {
        long start = Stopwatch.GetTimestamp();
        _sequence = sequence;
        _lastWake = start;
        runner.RunBatch(batch, this, attempt);
        int count = batch.Words.Finished;
        _responses.SendEnd(sequence, count, Stopwatch.GetTimestamp() - start, batch.Results[..(count * batch.ResultSize)]);
    }

    internal override PayloadWriter Begin() => _responses.Begin();

    internal override void Send(int index, PayloadWriter response)
    {
        long now = Stopwatch.GetTimestamp();
        bool wakes = now - _lastWake > Quiet;
        _lastWake = wakes ? now : _lastWake;
        _responses.SendItem(_sequence, index, response, wakes);
    }

    internal override CancellationToken BeginToken() => _running.Begin(_sequence);

    internal override void EndToken() => _running.End();
}
