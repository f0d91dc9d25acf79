namespace Multiprocessing.Pools;

/// <summary>A map whose results are taken one by one. Every enumeration is a run of its own.</summary>
internal sealed class ResultStream<TCall, TItem, TResult>(
    ProcessPool pool, Delegate function, IAsyncEnumerable<TItem> items, MapStreamOptions options, bool isOrdered, CancellationToken token)
    : IAsyncEnumerable<TResult>
    where TCall : PoolCall
{
    /// <summary>Items that are read ahead per worker unless told otherwise, and batches of them if that is more.</summary>
    private const int ItemsPerWorker = 64;
    private const int BatchesPerWorker = 4;

    public IAsyncEnumerator<TResult> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        // Every worker should have one batch that runs and one in advance.
        var most = options.ReadAhead is { } readAhead ? Math.Max(1, readAhead / (2 * pool.WorkerCount)) : int.MaxValue;
        var sizer = new BatchSizer(options.ChunkSize, most);
        var room = new StreamRoom(
            () => options.ReadAhead ?? (int)Math.Min(int.MaxValue, pool.WorkerCount * Math.Max(ItemsPerWorker, (long)BatchesPerWorker * sizer.Size)),
            options.MaxBufferedBytes);
        var activity = CallActivity.Begin("Multiprocessing.MapStream", function, pool.Name);
        var results = new StreamResults<TResult>(sizer, room, isOrdered);
        return new StreamRun<TResult>(results, room, PumpAsync, options.StopOnError, activity, token, cancellationToken);

        async Task PumpAsync(CancellationToken stop)
        {
            using var input = pool.OpenInput();
            var writer = new ItemWriter<TCall, TItem, TResult>(
                pool, results, function, options.Timeout, options.Seed, options.Priority, options.Retry, activity?.Trace);
            await new StreamPump<TCall, TItem, TResult>(writer, items, room, sizer.IsFixed, stop).RunAsync().ConfigureAwait(false);
        }
    }
}
