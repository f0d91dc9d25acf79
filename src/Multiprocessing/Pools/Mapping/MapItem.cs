namespace Multiprocessing.Pools;

/// <summary>One item of a map. It keeps its outcome until the whole map has ended.</summary>
internal sealed class MapItem<TResult>(MapOperation<TResult> operation) : PoolTask<TResult>, IThreadPoolWorkItem
{
    internal TResult Value => Result;

    internal Exception? Error => Failure;

    internal bool WasCanceled => IsCanceled;

    internal OperationCanceledException WhyCanceled => Cancellation();

    /// <summary>For an item that was submitted.</summary>
    internal void Cancel() => Dispatcher!.Cancel(this);

    void IThreadPoolWorkItem.Execute()
    {
        ReadResponse();
        OnEnded();
    }

    protected override void OnUnread() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);

    protected override void OnEnded() => operation.OnItemEnded();
}
