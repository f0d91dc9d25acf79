namespace Multiprocessing.Pools;

/// <summary>A map whose results are taken one by one. Every enumeration is a run of its own.</summary>
internal sealed class ResultStream<TCall, TItem, TResult>(
    ProcessPool pool, Delegate function, IAsyncEnumerable<TItem> items, MapStreamOptions options, int readAhead, bool isOrdered, CancellationToken token)
    : IAsyncEnumerable<TResult>
    where TCall : PoolCall
{
    private readonly long _timeoutTicks = DispatcherSettings.Ticks(options.Timeout);

    public IAsyncEnumerator<TResult> GetAsyncEnumerator(CancellationToken cancellationToken = default) =>
        new StreamRun<TItem, TResult>(pool.OpenInput, items, NewSubmitter(), readAhead, isOrdered, options.StopOnError, token, cancellationToken);

    private Func<TItem, Action<StreamItem<TResult>>, CancellationToken, StreamItem<TResult>> NewSubmitter()
    {
        var index = 0L;
        return (argument, onEnded, stop) => Submit(argument, index++, onEnded, stop);
    }

    private StreamItem<TResult> Submit(TItem argument, long index, Action<StreamItem<TResult>> onEnded, CancellationToken stop)
    {
        var item = new StreamItem<TResult>(onEnded)
        {
            Function = function,
            Token = stop,
            TakesToken = CallType<TCall>.TakesToken,
            TimeoutTicks = _timeoutTicks,
            StreamSeed = StreamSeed.Of(options.Seed, index),
            Priority = options.Priority,
            IsPartOfInput = true,
        };
        pool.Submit<TCall, TItem>(item, argument);
        return item;
    }
}
