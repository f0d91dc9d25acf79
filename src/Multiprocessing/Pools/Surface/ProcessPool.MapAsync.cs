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
    /// </remarks>
    /// <typeparam name="TItem">The type of an item.</typeparam>
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
    public Task<TResult[]> MapAsync<TItem, TResult>(
        Func<TItem, TResult> function, IEnumerable<TItem> items, MapOptions? options, CancellationToken cancellationToken = default) =>
        MapItemsAsync<FuncCall<TItem, TResult>, TItem, TResult>(function, items, options, cancellationToken);

    /// <inheritdoc cref="MapAsync{TItem, TResult}(Func{TItem, TResult}, IEnumerable{TItem}, MapOptions?, CancellationToken)"/>
    public Task<TResult[]> MapAsync<TItem, TResult>(
        Func<TItem, TResult> function, IEnumerable<TItem> items, CancellationToken cancellationToken = default) =>
        MapItemsAsync<FuncCall<TItem, TResult>, TItem, TResult>(function, items, null, cancellationToken);

    /// <inheritdoc cref="MapAsync{TItem, TResult}(Func{TItem, TResult}, IEnumerable{TItem}, MapOptions?, CancellationToken)"/>
    public Task<TResult[]> MapAsync<TItem, TResult>(
        Func<TItem, CancellationToken, TResult> function, IEnumerable<TItem> items, MapOptions? options, CancellationToken cancellationToken = default) =>
        MapItemsAsync<FuncTokenCall<TItem, TResult>, TItem, TResult>(function, items, options, cancellationToken);

    /// <inheritdoc cref="MapAsync{TItem, TResult}(Func{TItem, TResult}, IEnumerable{TItem}, MapOptions?, CancellationToken)"/>
    public Task<TResult[]> MapAsync<TItem, TResult>(
        Func<TItem, CancellationToken, TResult> function, IEnumerable<TItem> items, CancellationToken cancellationToken = default) =>
        MapItemsAsync<FuncTokenCall<TItem, TResult>, TItem, TResult>(function, items, null, cancellationToken);

    /// <inheritdoc cref="MapAsync{TItem, TResult}(Func{TItem, TResult}, IEnumerable{TItem}, MapOptions?, CancellationToken)"/>
    public Task<TResult[]> MapAsync<TItem, TResult>(
        Func<TItem, Task<TResult>> function, IEnumerable<TItem> items, MapOptions? options, CancellationToken cancellationToken = default) =>
        MapItemsAsync<AsyncFuncCall<TItem, TResult>, TItem, TResult>(function, items, options, cancellationToken);

    /// <inheritdoc cref="MapAsync{TItem, TResult}(Func{TItem, TResult}, IEnumerable{TItem}, MapOptions?, CancellationToken)"/>
    public Task<TResult[]> MapAsync<TItem, TResult>(
        Func<TItem, Task<TResult>> function, IEnumerable<TItem> items, CancellationToken cancellationToken = default) =>
        MapItemsAsync<AsyncFuncCall<TItem, TResult>, TItem, TResult>(function, items, null, cancellationToken);

    /// <inheritdoc cref="MapAsync{TItem, TResult}(Func{TItem, TResult}, IEnumerable{TItem}, MapOptions?, CancellationToken)"/>
    public Task<TResult[]> MapAsync<TItem, TResult>(
        Func<TItem, CancellationToken, Task<TResult>> function, IEnumerable<TItem> items, MapOptions? options, CancellationToken cancellationToken = default) =>
        MapItemsAsync<AsyncFuncTokenCall<TItem, TResult>, TItem, TResult>(function, items, options, cancellationToken);

    /// <inheritdoc cref="MapAsync{TItem, TResult}(Func{TItem, TResult}, IEnumerable{TItem}, MapOptions?, CancellationToken)"/>
    public Task<TResult[]> MapAsync<TItem, TResult>(
        Func<TItem, CancellationToken, Task<TResult>> function, IEnumerable<TItem> items, CancellationToken cancellationToken = default) =>
        MapItemsAsync<AsyncFuncTokenCall<TItem, TResult>, TItem, TResult>(function, items, null, cancellationToken);
}
