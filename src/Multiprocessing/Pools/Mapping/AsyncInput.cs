namespace Multiprocessing.Pools;

/// <summary>A sequence as an asynchronous one that never waits by itself.</summary>
internal sealed class AsyncInput<T>(IEnumerable<T> items) : IAsyncEnumerable<T>
{
    public IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default) => new Enumerator(items.GetEnumerator());

    private sealed class Enumerator(IEnumerator<T> items) : IAsyncEnumerator<T>
    {
        public T Current => items.Current;

        public ValueTask<bool> MoveNextAsync() => new(items.MoveNext());

        public ValueTask DisposeAsync()
        {
            items.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
