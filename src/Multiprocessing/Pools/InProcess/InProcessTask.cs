namespace Multiprocessing.Pools;

/// <summary>A task as an in-process worker has it: with a copy of the request, as a process would have.</summary>
internal sealed class InProcessTask(PoolTask task) : IDisposable
{
    private readonly CancellationTokenSource? _stop = task.TakesToken ? new CancellationTokenSource() : null;

    internal PoolTask Task { get; } = task;

    internal byte[] Request { get; } = task.Request.ToArray();

    internal long Id { get; } = task.Id;

    internal int Attempt { get; } = task.Attempt;

    internal int HighestSymbol { get; } = task.HighestSymbol;

    /// <summary>If it is a batch.</summary>
    internal InProcessBatch? Batch { get; } = task is BatchTask batch ? new InProcessBatch(batch) : null;

    internal CancellationToken Token { get; private set; }

    /// <summary>When it was started.</summary>
    internal long StartedAt { get; set; }

    /// <summary>When it, or its item that runs, was started.</summary>
    internal long RunningSince => Batch is { HasLimit: true } batch ? batch.Words.Since : StartedAt;

    internal void TakeToken() => Token = _stop?.Token ?? CancellationToken.None;

    /// <summary>Runs what the task has registered with its token on the thread pool: this is called under a lock.</summary>
    internal void Cancel()
    {
        Batch?.Cancel();
        _ = _stop?.CancelAsync();
    }

    public void Dispose() => _stop?.Dispose();
}
