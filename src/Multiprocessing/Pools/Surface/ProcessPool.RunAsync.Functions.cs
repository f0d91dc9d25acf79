using System.Runtime.CompilerServices;
using Multiprocessing.Pools;

namespace Multiprocessing;

public sealed partial class ProcessPool
{
    /// <summary>Runs a function in a worker process and returns a task for its result.</summary>
    /// <remarks>
    /// The delegate and its argument are serialized before this method returns, so the worker sees them as they are now. Of a
    /// closure only the captured variables that the delegate can reach are sent; they are copies. The delegate may be an async
    /// method, which ends when its task does, and may take a <see cref="CancellationToken"/>, which is cancelled before the worker
    /// is killed (<see cref="ProcessPoolOptions.CancellationGracePeriod"/>). This method may be called from any thread.
    /// Errors of the call itself are thrown by this method, those of the work by the task that it returns.
    /// </remarks>
    /// <typeparam name="TResult">The type of the result.</typeparam>
    /// <param name="function">The function to run.</param>
    /// <param name="options">A time limit and so on, or null for the defaults.</param>
    /// <param name="cancellationToken">Cancels the work, queued or running; the outcome is then a cancellation with this token.</param>
    /// <returns>A task that always ends: with the result, with an exception listed here, or cancelled.</returns>
    /// <exception cref="ArgumentNullException">The function is null.</exception>
    /// <exception cref="UnserializableException">Something that the worker would need cannot be sent; the message names its path.</exception>
    /// <exception cref="InvalidOperationException">The pool takes no more work: see <see cref="Complete"/>, <see cref="Terminate"/>.</exception>
    /// <exception cref="PoolBrokenException">The pool cannot keep its workers alive, or its initializer failed.</exception>
    /// <exception cref="WorkerDiedException">The worker died while it ran the function; nothing else is lost.</exception>
    /// <exception cref="TaskTimeoutException">The work took longer than <see cref="RunOptions.Timeout"/>.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled, or the pool was terminated.</exception>
    /// <exception cref="Exception">What the function itself threw, with the stack of the worker; a <see cref="RemoteException"/>
    /// if its type cannot be rebuilt here.</exception>
    public Task<TResult> RunAsync<TResult>(
        Func<TResult> function, RunOptions? options, CancellationToken cancellationToken = default) =>
        Async<FuncCall<TResult>, Nothing, TResult>(function, default, options, cancellationToken);

    /// <inheritdoc cref="RunAsync{TResult}(Func{TResult}, RunOptions?, CancellationToken)"/>
    public Task<TResult> RunAsync<TResult>(
        Func<TResult> function, CancellationToken cancellationToken = default) =>
        Async<FuncCall<TResult>, Nothing, TResult>(function, default, null, cancellationToken);

    /// <inheritdoc cref="RunAsync{TResult}(Func{TResult}, RunOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)] // `(token => ..., options)` does not mean an argument of type RunOptions.
    public Task<TResult> RunAsync<TResult>(
        Func<CancellationToken, TResult> function, RunOptions? options, CancellationToken cancellationToken = default) =>
        Async<FuncTokenCall<TResult>, Nothing, TResult>(function, default, options, cancellationToken);

    /// <inheritdoc cref="RunAsync{TResult}(Func{TResult}, RunOptions?, CancellationToken)"/>
    public Task<TResult> RunAsync<TResult>(
        Func<CancellationToken, TResult> function, CancellationToken cancellationToken = default) =>
        Async<FuncTokenCall<TResult>, Nothing, TResult>(function, default, null, cancellationToken);

    /// <inheritdoc cref="RunAsync{TResult}(Func{TResult}, RunOptions?, CancellationToken)"/>
    public Task<TResult> RunAsync<TResult>(
        Func<Task<TResult>> function, RunOptions? options, CancellationToken cancellationToken = default) =>
        Async<AsyncFuncCall<TResult>, Nothing, TResult>(function, default, options, cancellationToken);

    /// <inheritdoc cref="RunAsync{TResult}(Func{TResult}, RunOptions?, CancellationToken)"/>
    public Task<TResult> RunAsync<TResult>(
        Func<Task<TResult>> function, CancellationToken cancellationToken = default) =>
        Async<AsyncFuncCall<TResult>, Nothing, TResult>(function, default, null, cancellationToken);

    /// <inheritdoc cref="RunAsync{TResult}(Func{TResult}, RunOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)] // `(token => ..., options)` does not mean an argument of type RunOptions.
    public Task<TResult> RunAsync<TResult>(
        Func<CancellationToken, Task<TResult>> function, RunOptions? options, CancellationToken cancellationToken = default) =>
        Async<AsyncFuncTokenCall<TResult>, Nothing, TResult>(function, default, options, cancellationToken);

    /// <inheritdoc cref="RunAsync{TResult}(Func{TResult}, RunOptions?, CancellationToken)"/>
    public Task<TResult> RunAsync<TResult>(
        Func<CancellationToken, Task<TResult>> function, CancellationToken cancellationToken = default) =>
        Async<AsyncFuncTokenCall<TResult>, Nothing, TResult>(function, default, null, cancellationToken);
}
