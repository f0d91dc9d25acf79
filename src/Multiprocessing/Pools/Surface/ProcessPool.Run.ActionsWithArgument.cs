using Multiprocessing.Pools;

namespace Multiprocessing;

public sealed partial class ProcessPool
{
    /// <summary>Runs an action in a worker process and waits for its end.</summary>
    /// <remarks>
    /// The delegate and its argument are serialized before this method returns, so the worker sees them as they are now. Of a
    /// closure only the captured variables that the delegate can reach are sent; they are copies. The delegate may be an async
    /// method, which ends when its task does, and may take a <see cref="CancellationToken"/>, which is cancelled before the worker
    /// is killed (<see cref="ProcessPoolOptions.CancellationGracePeriod"/>). This method may be called from any thread.
    /// The calling thread is blocked until the work has ended, also after a cancellation until the work is known to have stopped.
    /// </remarks>
    /// <typeparam name="TArg">The type of the argument.</typeparam>
    /// <param name="action">The action to run.</param>
    /// <param name="argument">The argument of the action; a copy reaches the worker.</param>
    /// <param name="options">A time limit and so on, or null for the defaults.</param>
    /// <param name="cancellationToken">Cancels the work, queued or running; the outcome is then a cancellation with this token.</param>
    /// <exception cref="ArgumentNullException">The action is null.</exception>
    /// <exception cref="UnserializableException">Something that the worker would need cannot be sent; the message names its path.</exception>
    /// <exception cref="InvalidOperationException">The pool takes no more work: see <see cref="Complete"/>, <see cref="Terminate"/>.</exception>
    /// <exception cref="PoolBrokenException">The pool cannot keep its workers alive, or its initializer failed.</exception>
    /// <exception cref="WorkerDiedException">The worker died while it ran the action; nothing else is lost.</exception>
    /// <exception cref="TaskTimeoutException">The work took longer than <see cref="RunOptions.Timeout"/>.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled, or the pool was terminated.</exception>
    /// <exception cref="Exception">What the action itself threw, with the stack of the worker; a <see cref="RemoteException"/>
    /// if its type cannot be rebuilt here.</exception>
    public void Run<TArg>(
        Action<TArg> action, TArg argument, RunOptions? options, CancellationToken cancellationToken = default) =>
        Blocking<ActionCall<TArg>, TArg, Nothing>(action, argument, options, cancellationToken);

    /// <inheritdoc cref="Run{TArg}(Action{TArg}, TArg, RunOptions?, CancellationToken)"/>
    public void Run<TArg>(
        Action<TArg> action, TArg argument, CancellationToken cancellationToken = default) =>
        Blocking<ActionCall<TArg>, TArg, Nothing>(action, argument, null, cancellationToken);

    /// <inheritdoc cref="Run{TArg}(Action{TArg}, TArg, RunOptions?, CancellationToken)"/>
    public void Run<TArg>(
        Action<TArg, CancellationToken> action, TArg argument, RunOptions? options, CancellationToken cancellationToken = default) =>
        Blocking<ActionTokenCall<TArg>, TArg, Nothing>(action, argument, options, cancellationToken);

    /// <inheritdoc cref="Run{TArg}(Action{TArg}, TArg, RunOptions?, CancellationToken)"/>
    public void Run<TArg>(
        Action<TArg, CancellationToken> action, TArg argument, CancellationToken cancellationToken = default) =>
        Blocking<ActionTokenCall<TArg>, TArg, Nothing>(action, argument, null, cancellationToken);

    /// <inheritdoc cref="Run{TArg}(Action{TArg}, TArg, RunOptions?, CancellationToken)"/>
    public void Run<TArg>(
        Func<TArg, Task> action, TArg argument, RunOptions? options, CancellationToken cancellationToken = default) =>
        Blocking<AsyncActionCall<TArg>, TArg, Nothing>(action, argument, options, cancellationToken);

    /// <inheritdoc cref="Run{TArg}(Action{TArg}, TArg, RunOptions?, CancellationToken)"/>
    public void Run<TArg>(
        Func<TArg, Task> action, TArg argument, CancellationToken cancellationToken = default) =>
        Blocking<AsyncActionCall<TArg>, TArg, Nothing>(action, argument, null, cancellationToken);

    /// <inheritdoc cref="Run{TArg}(Action{TArg}, TArg, RunOptions?, CancellationToken)"/>
    public void Run<TArg>(
        Func<TArg, CancellationToken, Task> action, TArg argument, RunOptions? options, CancellationToken cancellationToken = default) =>
        Blocking<AsyncActionTokenCall<TArg>, TArg, Nothing>(action, argument, options, cancellationToken);

    /// <inheritdoc cref="Run{TArg}(Action{TArg}, TArg, RunOptions?, CancellationToken)"/>
    public void Run<TArg>(
        Func<TArg, CancellationToken, Task> action, TArg argument, CancellationToken cancellationToken = default) =>
        Blocking<AsyncActionTokenCall<TArg>, TArg, Nothing>(action, argument, null, cancellationToken);
}
