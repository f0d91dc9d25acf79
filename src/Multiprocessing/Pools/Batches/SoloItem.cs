using System.Diagnostics.CodeAnalysis;

namespace Multiprocessing.Pools;

/// <summary>An item that travels alone, because it is large or refers to what is not in it.</summary>
internal sealed class SoloItem<TResult> : PoolTask<TResult>, IThreadPoolWorkItem
{
    private readonly ItemOwner<TResult> _owner;
    private readonly ItemBlock<TResult> _block;
    private readonly int _index;

    [SetsRequiredMembers]
    internal SoloItem(ItemTerms terms, ItemOwner<TResult> owner, ItemBlock<TResult> block, int index)
        : base(terms)
    {
        _owner = owner;
        _block = block;
        _index = index;
    }

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
            _block.SetError(_index, failure);
        }
        else
        {
            _block.Values[_index] = Result;
        }
        _owner.OnReady(_block, _index, 1, ResponseBytes);
        _owner.EndTask(this);
    }
}
