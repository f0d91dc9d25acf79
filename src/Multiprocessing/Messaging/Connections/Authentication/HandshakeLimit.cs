using Multiprocessing.Messaging.Waiting;

namespace Multiprocessing.Messaging.Connections;

/// <summary>Tells the end of the time for a handshake from the caller's own cancellation.</summary>
internal sealed class HandshakeLimit : IDisposable
{
    private readonly CancellationTokenSource _source;
    private readonly CancellationToken _callers;
    private readonly TimeSpan _timeout;
    private readonly IDisposable? _limit;

    public HandshakeLimit(TimeSpan timeout, CancellationToken cancellationToken)
    {
        _timeout = timeout;
        _callers = cancellationToken;
        _source = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _limit = TimeLimit.Set(_source, timeout);
    }

    public async ValueTask<T> RunAsync<T>(Func<CancellationToken, ValueTask<T>> handshake)
    {
        try
        {
            return await handshake(_source.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!_callers.IsCancellationRequested)
        {
            throw new TimeoutException($"The peer did not complete the connection within {_timeout}.");
        }
    }

    public void Dispose()
    {
        _limit?.Dispose();
        _source.Dispose();
    }
}
