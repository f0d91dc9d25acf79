namespace Multiprocessing;

/// <summary>
/// What can be waited for together with others by <see cref="Connection.WaitAny(IEnumerable{IWaitable}, TimeSpan, CancellationToken)"/>:
/// connections that have something to receive, queues that have something to take, processes that have ended.
/// </summary>
public interface IWaitable
{
    /// <summary>Whether what is waited for is there now.</summary>
    bool IsReady { get; }

    /// <summary>Waits, without blocking a thread, until what is waited for is there. Takes nothing.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    Task WaitUntilReadyAsync(CancellationToken cancellationToken);
}
