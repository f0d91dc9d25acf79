namespace Multiprocessing.Pools;

/// <summary>One item of a stream.</summary>
internal sealed class StreamItem<TResult>(Action<StreamItem<TResult>> onEnded) : PoolTask<TResult>, IThreadPoolWorkItem
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal Task Ended => _ended.Task;

    internal TResult Value => Result;

    /// <summary>What is to be thrown in its place; null if there is a value.</summary>
    internal Exception? Error => IsCanceled ? Cancellation() : Failure;

    void IThreadPoolWorkItem.Execute()
    {
        ReadResponse();
        OnEnded();
    }

    protected override void OnUnread() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);

    protected override void OnEnded()
    {
        _ended.SetResult();
        onEnded(this);
    }
}
