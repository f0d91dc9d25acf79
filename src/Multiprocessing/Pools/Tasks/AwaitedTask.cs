namespace Multiprocessing.Pools;

/// <summary>A call that its caller awaits.</summary>
internal sealed class AwaitedTask<TResult> : PoolTask<TResult>, IThreadPoolWorkItem
{
    private readonly TaskCompletionSource<TResult> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal Task<TResult> Task => _completion.Task;

    void IThreadPoolWorkItem.Execute()
    {
        ReadResponse();
        OnEnded();
    }

    protected override void OnUnread() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);

    protected override void OnEnded()
    {
        if (IsCanceled)
        {
            _completion.SetCanceled(Token);
        }
        else if (Failure is { } failure)
        {
            _completion.SetException(failure);
        }
        else
        {
            _completion.SetResult(Result);
        }
    }
}
