using System.Runtime.CompilerServices;
using Multiprocessing.Pools;

namespace Multiprocessing;

public sealed partial class ProcessPool
{
    /// <summary>Runs an action in a worker process and returns a task for its end.</summary>
    /// <remarks>
    /// The delegate and its argument are serialized before this method returns, so the worker sees them as they are now. Of a
    /// closure only the captured variables that the delegate can reach are sent; they are copies. The delegate may be an async
    /// method, which ends when its task does, and may take a <see cref="CancellationToken"/>, which is cancelled before the worker
    /// is killed (<see cref="ProcessPoolOptions.CancellationGracePeriod"/>). This method may be called from any thread.
    /// Errors of the call itself are thrown by this method, those of the work by the task that it returns.
    /// </remarks>
    /// <param name="action">The action to run.</param>
    /// <param name="options">A time limit and so on, or null for the defaults.</param>
    /// <param name="cancellationToken">Cancels the work, queued or running; the outcome is then a cancellation with this token.</param>
    /// <returns>A task that always ends: with the end of the action, with an exception listed here, or cancelled.</returns>
    /// <exception cref="ArgumentNullException">The action is null.</exception>
    /// <exception cref="UnserializableException">Something that the worker would need cannot be sent; the message names its path.</exception>
    /// <exception cref="InvalidOperationException">The pool takes no more work: see <see cref="Complete"/>, <see cref="Terminate"/>.</exception>
    /// <exception cref="PoolBrokenException">The pool cannot keep its workers alive, or its initializer failed.</exception>
    /// <exception cref="WorkerDiedException">The worker died while it ran the action; nothing else is lost.</exception>
    /// <exception cref="TaskTimeoutException">The work took longer than <see cref="RunOptions.Timeout"/>.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled, or the pool was terminated.</exception>
    /// <exception cref="Exception">What the action itself threw, with the stack of the worker; a <see cref="RemoteException"/>
    /// if its type cannot be rebuilt here.</exception>
    public Task RunAsync(
        Action action, RunOptions? options, CancellationToken cancellationToken = default) =>
        Async<ActionCall, Nothing, Nothing>(action, default, options, cancellationToken);

    /// <inheritdoc cref="RunAsync(Action, RunOptions?, CancellationToken)"/>
    public Task RunAsync(
        Action action, CancellationToken cancellationToken = default) =>
        Async<ActionCall, Nothing, Nothing>(action, default, null, cancellationToken);

    /// <inheritdoc cref="RunAsync(Action, RunOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)] // `(token => ..., options)` does not mean an argument of type RunOptions.
    public Task RunAsync(
        Action<CancellationToken> action, RunOptions? options, CancellationToken cancellationToken = default) =>
        Async<ActionTokenCall, Nothing, Nothing>(action, default, options, cancellationToken);

    /// <inheritdoc cref="RunAsync(Action, RunOptions?, CancellationToken)"/>
    public Task RunAsync(
        Action<CancellationToken> action, CancellationToken cancellationToken = default) =>
        Async<ActionTokenCall, Nothing, Nothing>(action, default, null, cancellationToken);

    /// <inheritdoc cref="RunAsync(Action, RunOptions?, CancellationToken)"/>
    public Task RunAsync(
        Func<Task> action, RunOptions? options, CancellationToken cancellationToken = default) =>
        Async<AsyncActionCall, Nothing, Nothing>(action, default, options, cancellationToken);

    /// <inheritdoc cref="RunAsync(Action, RunOptions?, CancellationToken)"/>
    public Task RunAsync(
        Func<Task> action, CancellationToken cancellationToken = default) =>
        Async<AsyncActionCall, Nothing, Nothing>(action, default, null, cancellationToken);

    /// <inheritdoc cref="RunAsync(Action, RunOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)] // `(token => ..., options)` does not mean an argument of type RunOptions.
    public Task RunAsync(
        Func<CancellationToken, Task> action, RunOptions? options, CancellationToken cancellationToken = default) =>
        Async<AsyncActionTokenCall, Nothing, Nothing>(action, default, options, cancellationToken);

    /// <inheritdoc cref="RunAsync(Action, RunOptions?, CancellationToken)"/>
    public Task RunAsync(
        Func<CancellationToken, Task> action, CancellationToken cancellationToken = default) =>
        Async<AsyncActionTokenCall, Nothing, Nothing>(action, default, null, cancellationToken);
}
