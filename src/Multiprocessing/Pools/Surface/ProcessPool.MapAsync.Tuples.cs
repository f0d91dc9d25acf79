using System.Runtime.CompilerServices;
using Multiprocessing.Pools;

namespace Multiprocessing;

public sealed partial class ProcessPool
{
    /// <summary>Runs a function over every item of a sequence in worker processes and returns a task for the results, in the order of the items.</summary>
    /// <remarks>
    /// The input is read only as fast as the workers take it; each item is serialized when it is read. An item that fails, runs out of
    /// time or loses its worker does not stop the others: when all have ended, the exception of the first failed item, by order of the
    /// input, is thrown. An exception thrown by the input itself, or by serializing an item, stops the reading, cancels what is still
    /// under way and is thrown when that has ended. The input is read on threads of the thread pool, one after another, so this method
    /// returns at once, however slow or long the input is. What is wrong with the call itself (an argument that is null, a function that
    /// cannot be sent, a pool that takes no more work) is thrown by this method, everything else by the task that it returns.
    /// The elements of each tuple become the arguments of the function.
    /// </remarks>
    /// <typeparam name="T1">The type of the first element of a tuple.</typeparam>
    /// <typeparam name="T2">The type of the second element of a tuple.</typeparam>
    /// <typeparam name="TResult">The type of a result.</typeparam>
    /// <param name="function">The function to run.</param>
    /// <param name="items">The input; read once.</param>
    /// <param name="options">A time limit per item and so on, or null for the defaults.</param>
    /// <param name="cancellationToken">Cancels all items, queued or running.</param>
    /// <returns>A task for the results, one per item, in the order of the items.</returns>
    /// <exception cref="ArgumentNullException">The function or the input is null.</exception>
    /// <exception cref="UnserializableException">The function or an item cannot be sent; the message names its path.</exception>
    /// <exception cref="InvalidOperationException">The pool takes no more work: see <see cref="Complete"/>, <see cref="Terminate"/>.</exception>
    /// <exception cref="PoolBrokenException">The pool cannot keep its workers alive, or its initializer failed.</exception>
    /// <exception cref="WorkerDiedException">The worker died while it ran the first of the items that failed.</exception>
    /// <exception cref="TaskTimeoutException">The first of the items that failed took longer than <see cref="MapOptions.Timeout"/>.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled, or the pool was terminated.</exception>
    /// <exception cref="Exception">What the function itself threw for the first of the items that failed.</exception>
    [OverloadResolutionPriority(1)] // `(a, b) => ...` over pairs does not mean an item and a token.
    public Task<TResult[]> MapAsync<T1, T2, TResult>(
        Func<T1, T2, TResult> function, IEnumerable<(T1, T2)> items, MapOptions? options, CancellationToken cancellationToken = default) =>
        MapItemsAsync<TupleFuncCall<T1, T2, TResult>, (T1, T2), TResult>(function, items, options, cancellationToken);

    /// <inheritdoc cref="MapAsync{T1, T2, TResult}(Func{T1, T2, TResult}, IEnumerable{ValueTuple{T1, T2}}, MapOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)] // `(a, b) => ...` over pairs does not mean an item and a token.
    public Task<TResult[]> MapAsync<T1, T2, TResult>(
        Func<T1, T2, TResult> function, IEnumerable<(T1, T2)> items, CancellationToken cancellationToken = default) =>
        MapItemsAsync<TupleFuncCall<T1, T2, TResult>, (T1, T2), TResult>(function, items, null, cancellationToken);

    /// <inheritdoc cref="MapAsync{T1, T2, TResult}(Func{T1, T2, TResult}, IEnumerable{ValueTuple{T1, T2}}, MapOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)] // `(a, b) => ...` over pairs does not mean an item and a token.
    public Task<TResult[]> MapAsync<T1, T2, TResult>(
        Func<T1, T2, Task<TResult>> function, IEnumerable<(T1, T2)> items, MapOptions? options, CancellationToken cancellationToken = default) =>
        MapItemsAsync<AsyncTupleFuncCall<T1, T2, TResult>, (T1, T2), TResult>(function, items, options, cancellationToken);

    /// <inheritdoc cref="MapAsync{T1, T2, TResult}(Func{T1, T2, TResult}, IEnumerable{ValueTuple{T1, T2}}, MapOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)] // `(a, b) => ...` over pairs does not mean an item and a token.
    public Task<TResult[]> MapAsync<T1, T2, TResult>(
        Func<T1, T2, Task<TResult>> function, IEnumerable<(T1, T2)> items, CancellationToken cancellationToken = default) =>
        MapItemsAsync<AsyncTupleFuncCall<T1, T2, TResult>, (T1, T2), TResult>(function, items, null, cancellationToken);

    /// <inheritdoc cref="MapAsync{T1, T2, TResult}(Func{T1, T2, TResult}, IEnumerable{ValueTuple{T1, T2}}, MapOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public Task<TResult[]> MapAsync<T1, T2, T3, TResult>(
        Func<T1, T2, T3, TResult> function, IEnumerable<(T1, T2, T3)> items, MapOptions? options, CancellationToken cancellationToken = default) =>
        MapItemsAsync<TupleFuncCall<T1, T2, T3, TResult>, (T1, T2, T3), TResult>(function, items, options, cancellationToken);

    /// <inheritdoc cref="MapAsync{T1, T2, TResult}(Func{T1, T2, TResult}, IEnumerable{ValueTuple{T1, T2}}, MapOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public Task<TResult[]> MapAsync<T1, T2, T3, TResult>(
        Func<T1, T2, T3, TResult> function, IEnumerable<(T1, T2, T3)> items, CancellationToken cancellationToken = default) =>
        MapItemsAsync<TupleFuncCall<T1, T2, T3, TResult>, (T1, T2, T3), TResult>(function, items, null, cancellationToken);

    /// <inheritdoc cref="MapAsync{T1, T2, TResult}(Func{T1, T2, TResult}, IEnumerable{ValueTuple{T1, T2}}, MapOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public Task<TResult[]> MapAsync<T1, T2, T3, TResult>(
        Func<T1, T2, T3, Task<TResult>> function, IEnumerable<(T1, T2, T3)> items, MapOptions? options, CancellationToken cancellationToken = default) =>
        MapItemsAsync<AsyncTupleFuncCall<T1, T2, T3, TResult>, (T1, T2, T3), TResult>(function, items, options, cancellationToken);

    /// <inheritdoc cref="MapAsync{T1, T2, TResult}(Func{T1, T2, TResult}, IEnumerable{ValueTuple{T1, T2}}, MapOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public Task<TResult[]> MapAsync<T1, T2, T3, TResult>(
        Func<T1, T2, T3, Task<TResult>> function, IEnumerable<(T1, T2, T3)> items, CancellationToken cancellationToken = default) =>
        MapItemsAsync<AsyncTupleFuncCall<T1, T2, T3, TResult>, (T1, T2, T3), TResult>(function, items, null, cancellationToken);

    /// <inheritdoc cref="MapAsync{T1, T2, TResult}(Func{T1, T2, TResult}, IEnumerable{ValueTuple{T1, T2}}, MapOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public Task<TResult[]> MapAsync<T1, T2, T3, T4, TResult>(
        Func<T1, T2, T3, T4, TResult> function, IEnumerable<(T1, T2, T3, T4)> items, MapOptions? options, CancellationToken cancellationToken = default) =>
        MapItemsAsync<TupleFuncCall<T1, T2, T3, T4, TResult>, (T1, T2, T3, T4), TResult>(function, items, options, cancellationToken);

    /// <inheritdoc cref="MapAsync{T1, T2, TResult}(Func{T1, T2, TResult}, IEnumerable{ValueTuple{T1, T2}}, MapOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public Task<TResult[]> MapAsync<T1, T2, T3, T4, TResult>(
        Func<T1, T2, T3, T4, TResult> function, IEnumerable<(T1, T2, T3, T4)> items, CancellationToken cancellationToken = default) =>
        MapItemsAsync<TupleFuncCall<T1, T2, T3, T4, TResult>, (T1, T2, T3, T4), TResult>(function, items, null, cancellationToken);

    /// <inheritdoc cref="MapAsync{T1, T2, TResult}(Func{T1, T2, TResult}, IEnumerable{ValueTuple{T1, T2}}, MapOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public Task<TResult[]> MapAsync<T1, T2, T3, T4, TResult>(
        Func<T1, T2, T3, T4, Task<TResult>> function, IEnumerable<(T1, T2, T3, T4)> items, MapOptions? options, CancellationToken cancellationToken = default) =>
        MapItemsAsync<AsyncTupleFuncCall<T1, T2, T3, T4, TResult>, (T1, T2, T3, T4), TResult>(function, items, options, cancellationToken);

    /// <inheritdoc cref="MapAsync{T1, T2, TResult}(Func{T1, T2, TResult}, IEnumerable{ValueTuple{T1, T2}}, MapOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public Task<TResult[]> MapAsync<T1, T2, T3, T4, TResult>(
        Func<T1, T2, T3, T4, Task<TResult>> function, IEnumerable<(T1, T2, T3, T4)> items, CancellationToken cancellationToken = default) =>
        MapItemsAsync<AsyncTupleFuncCall<T1, T2, T3, T4, TResult>, (T1, T2, T3, T4), TResult>(function, items, null, cancellationToken);
}
