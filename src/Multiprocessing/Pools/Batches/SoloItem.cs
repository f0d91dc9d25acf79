namespace Multiprocessing.Pools;

/// <summary>An item that travels alone, because it is large or refers to what is not in it.</summary>
internal sealed class SoloItem<TResult>(ItemOwner<TResult> owner, ItemBlock<TResult> block, int index) : PoolTask<TResult>, IThreadPoolWorkItem
{
    void IThreadPoolWorkItem.Execute()
    {
        ReadResponse();
        OnEnded();
    }

    protected override void OnUnread() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);

    protected override void OnEnded()
    {
        if ((IsCanceled ? Cancellation() : Failure) is { } failure)
        {
            block.SetError(index, failure);
        }
        else
        {
            block.Values[index] = Result;
        }
        owner.OnReady(block, index, 1, ResponseBytes);
        owner.EndTask(this);
    }
}
