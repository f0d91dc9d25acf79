namespace Multiprocessing.Pools;

/// <summary>A task as an in-process worker has it: with a copy of the request, as a process would have.</summary>
internal sealed class InProcessTask(PoolTask task) : IDisposable
{
    private readonly CancellationTokenSource? _stop = task.TakesToken ? new CancellationTokenSource() : null;

    internal PoolTask Task { get; } = task;

    internal byte[] Request { get; } = task.Request.ToArray();

    internal int Attempt { get; } = task.Attempt;

    internal int HighestSymbol { get; } = task.HighestSymbol;

    internal CancellationToken Token { get; private set; }

    internal long RunningSince { get; set; }

    internal void TakeToken() => Token = _stop?.Token ?? CancellationToken.None;

    /// <summary>Runs what the task has registered with its token on the thread pool: this is called under a lock.</summary>
    internal void Cancel() => _ = _stop?.CancelAsync();

    public void Dispose() => _stop?.Dispose();
}
