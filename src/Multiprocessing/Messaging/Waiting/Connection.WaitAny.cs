using Multiprocessing.Messaging.Waiting;

namespace Multiprocessing;

public sealed partial class Connection : IWaitable
{
    bool IWaitable.IsReady => Poll();

    /// <summary>Waits until at least one of several things is ready: Python's <c>multiprocessing.connection.wait</c>.</summary>
    /// <param name="waitables">Connections, queues, processes, in any mixture. One that is there twice counts once.</param>
    /// <param name="timeout">How long to wait: zero just looks; positive; or infinite.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>
    /// All that are ready, in the order given; none if the time is over first, or if there is nothing to wait for. Nothing is taken from them:
    /// another receiver can be faster.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">The time-out is negative and not infinite.</exception>
    /// <exception cref="ObjectDisposedException">One of them was disposed of, also while this call waited.</exception>
    /// <exception cref="InvalidOperationException">One of them is an end that only sends, or a process that was not started.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    public static IReadOnlyList<IWaitable> WaitAny(
        IEnumerable<IWaitable> waitables, TimeSpan timeout, CancellationToken cancellationToken = default) =>
        WaitAnyAsync(waitables, timeout, cancellationToken).AsTask().GetAwaiter().GetResult();

    /// <inheritdoc cref="WaitAny(IEnumerable{IWaitable}, TimeSpan, CancellationToken)"/>
    public static IReadOnlyList<IWaitable> WaitAny(params IEnumerable<IWaitable> waitables) => WaitAny(waitables, Timeout.InfiniteTimeSpan);

    /// <summary>As <see cref="WaitAny(IEnumerable{IWaitable}, TimeSpan, CancellationToken)"/>, without blocking a thread.</summary>
    /// <inheritdoc cref="WaitAny(IEnumerable{IWaitable}, TimeSpan, CancellationToken)"/>
    public static ValueTask<IReadOnlyList<IWaitable>> WaitAnyAsync(
        IEnumerable<IWaitable> waitables, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(waitables);
        CheckTimeout(timeout);
        return WaitableSet.WaitAsync([.. waitables.Distinct()], timeout, cancellationToken);
    }

    /// <inheritdoc cref="WaitAnyAsync(IEnumerable{IWaitable}, TimeSpan, CancellationToken)"/>
    public static ValueTask<IReadOnlyList<IWaitable>> WaitAnyAsync(params IEnumerable<IWaitable> waitables) =>
        WaitAnyAsync(waitables, Timeout.InfiniteTimeSpan);

    Task IWaitable.WaitUntilReadyAsync(CancellationToken cancellationToken) =>
        PollAsync(Timeout.InfiniteTimeSpan, cancellationToken).AsTask();
}
