using System.Collections;

namespace Multiprocessing.Pools;

/// <summary>A stream for callers that wait on their own thread.</summary>
internal sealed class BlockingStream<T>(IAsyncEnumerable<T> stream) : IEnumerable<T>
{
    public IEnumerator<T> GetEnumerator() => new Enumerator(stream.GetAsyncEnumerator());

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private sealed class Enumerator(IAsyncEnumerator<T> stream) : IEnumerator<T>
    {
        public T Current => stream.Current;

        object? IEnumerator.Current => Current;

        public bool MoveNext()
        {
            var next = stream.MoveNextAsync();
            return next.IsCompletedSuccessfully ? next.Result : next.AsTask().GetAwaiter().GetResult();
        }

        public void Reset() => throw new NotSupportedException();

        public void Dispose() => stream.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }
}
