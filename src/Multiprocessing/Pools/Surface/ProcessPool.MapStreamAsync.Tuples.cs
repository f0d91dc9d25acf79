using System.Runtime.CompilerServices;
using Multiprocessing.Pools;

namespace Multiprocessing;

public sealed partial class ProcessPool
{
    /// <summary>
    /// Runs a function over a sequence of tuples, whose elements become its arguments, in worker processes and yields the results in the order of the items.
    /// </summary>
    /// <remarks>
    /// Nothing is read or run before the enumeration begins. At most <see cref="MapStreamOptions.ReadAhead"/> items have been read and
    /// their results not yet taken, so an endless input runs in constant memory. An item that fails throws its exception at its place;
    /// unless <see cref="MapStreamOptions.StopOnError"/> is set, the enumerator can be asked for the next result afterwards (a
    /// <c>foreach</c> cannot: it leaves). An exception thrown by the input, or by serializing an item, ends the enumeration after the
    /// results of what was read before. Ending the enumeration early cancels what is still under way. Each enumeration runs everything
    /// anew. An enumerator is for one caller at a time.
    /// The input is read on threads of the thread pool, one at a time.
    /// </remarks>
    /// <typeparam name="T1">The type of the first element of a tuple.</typeparam>
    /// <typeparam name="T2">The type of the second element of a tuple.</typeparam>
    /// <typeparam name="TResult">The type of a result.</typeparam>
    /// <param name="function">The function to run.</param>
    /// <param name="items">The input; may be endless.</param>
    /// <param name="options">The read-ahead, a time limit per item and so on, or null for the defaults.</param>
    /// <param name="cancellationToken">Ends the enumeration and cancels all items, queued or running.</param>
    /// <returns>The results, in the order of the items.</returns>
    /// <exception cref="ArgumentNullException">The function or the input is null.</exception>
    [OverloadResolutionPriority(1)] // `(a, b) => ...` over pairs does not mean an item and a token.
    public IAsyncEnumerable<TResult> MapStreamAsync<T1, T2, TResult>(
        Func<T1, T2, TResult> function, IEnumerable<(T1, T2)> items, MapStreamOptions? options = null,
        CancellationToken cancellationToken = default) =>
        StreamAsync<TupleFuncCall<T1, T2, TResult>, (T1, T2), TResult>(function, items, options, true, cancellationToken);

    /// <inheritdoc cref="MapStreamAsync{T1, T2, TResult}(Func{T1, T2, TResult}, IEnumerable{ValueTuple{T1, T2}}, MapStreamOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)] // `(a, b) => ...` over pairs does not mean an item and a token.
    public IAsyncEnumerable<TResult> MapStreamAsync<T1, T2, TResult>(
        Func<T1, T2, Task<TResult>> function, IEnumerable<(T1, T2)> items, MapStreamOptions? options = null,
        CancellationToken cancellationToken = default) =>
        StreamAsync<AsyncTupleFuncCall<T1, T2, TResult>, (T1, T2), TResult>(function, items, options, true, cancellationToken);

    /// <inheritdoc cref="MapStreamAsync{T1, T2, TResult}(Func{T1, T2, TResult}, IEnumerable{ValueTuple{T1, T2}}, MapStreamOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public IAsyncEnumerable<TResult> MapStreamAsync<T1, T2, T3, TResult>(
        Func<T1, T2, T3, TResult> function, IEnumerable<(T1, T2, T3)> items, MapStreamOptions? options = null,
        CancellationToken cancellationToken = default) =>
        StreamAsync<TupleFuncCall<T1, T2, T3, TResult>, (T1, T2, T3), TResult>(function, items, options, true, cancellationToken);

    /// <inheritdoc cref="MapStreamAsync{T1, T2, TResult}(Func{T1, T2, TResult}, IEnumerable{ValueTuple{T1, T2}}, MapStreamOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public IAsyncEnumerable<TResult> MapStreamAsync<T1, T2, T3, TResult>(
        Func<T1, T2, T3, Task<TResult>> function, IEnumerable<(T1, T2, T3)> items, MapStreamOptions? options = null,
        CancellationToken cancellationToken = default) =>
        StreamAsync<AsyncTupleFuncCall<T1, T2, T3, TResult>, (T1, T2, T3), TResult>(function, items, options, true, cancellationToken);

    /// <inheritdoc cref="MapStreamAsync{T1, T2, TResult}(Func{T1, T2, TResult}, IEnumerable{ValueTuple{T1, T2}}, MapStreamOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public IAsyncEnumerable<TResult> MapStreamAsync<T1, T2, T3, T4, TResult>(
        Func<T1, T2, T3, T4, TResult> function, IEnumerable<(T1, T2, T3, T4)> items, MapStreamOptions? options = null,
        CancellationToken cancellationToken = default) =>
        StreamAsync<TupleFuncCall<T1, T2, T3, T4, TResult>, (T1, T2, T3, T4), TResult>(function, items, options, true, cancellationToken);

    /// <inheritdoc cref="MapStreamAsync{T1, T2, TResult}(Func{T1, T2, TResult}, IEnumerable{ValueTuple{T1, T2}}, MapStreamOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public IAsyncEnumerable<TResult> MapStreamAsync<T1, T2, T3, T4, TResult>(
        Func<T1, T2, T3, T4, Task<TResult>> function, IEnumerable<(T1, T2, T3, T4)> items, MapStreamOptions? options = null,
        CancellationToken cancellationToken = default) =>
        StreamAsync<AsyncTupleFuncCall<T1, T2, T3, T4, TResult>, (T1, T2, T3, T4), TResult>(function, items, options, true, cancellationToken);

    /// <inheritdoc cref="MapStreamAsync{T1, T2, TResult}(Func{T1, T2, TResult}, IEnumerable{ValueTuple{T1, T2}}, MapStreamOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)] // `(a, b) => ...` over pairs does not mean an item and a token.
    public IAsyncEnumerable<TResult> MapStreamAsync<T1, T2, TResult>(
        Func<T1, T2, TResult> function, IAsyncEnumerable<(T1, T2)> items, MapStreamOptions? options = null,
        CancellationToken cancellationToken = default) =>
        StreamAsync<TupleFuncCall<T1, T2, TResult>, (T1, T2), TResult>(function, items, options, true, cancellationToken);

    /// <inheritdoc cref="MapStreamAsync{T1, T2, TResult}(Func{T1, T2, TResult}, IEnumerable{ValueTuple{T1, T2}}, MapStreamOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)] // `(a, b) => ...` over pairs does not mean an item and a token.
    public IAsyncEnumerable<TResult> MapStreamAsync<T1, T2, TResult>(
        Func<T1, T2, Task<TResult>> function, IAsyncEnumerable<(T1, T2)> items, MapStreamOptions? options = null,
        CancellationToken cancellationToken = default) =>
        StreamAsync<AsyncTupleFuncCall<T1, T2, TResult>, (T1, T2), TResult>(function, items, options, true, cancellationToken);

    /// <inheritdoc cref="MapStreamAsync{T1, T2, TResult}(Func{T1, T2, TResult}, IEnumerable{ValueTuple{T1, T2}}, MapStreamOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public IAsyncEnumerable<TResult> MapStreamAsync<T1, T2, T3, TResult>(
        Func<T1, T2, T3, TResult> function, IAsyncEnumerable<(T1, T2, T3)> items, MapStreamOptions? options = null,
        CancellationToken cancellationToken = default) =>
        StreamAsync<TupleFuncCall<T1, T2, T3, TResult>, (T1, T2, T3), TResult>(function, items, options, true, cancellationToken);

    /// <inheritdoc cref="MapStreamAsync{T1, T2, TResult}(Func{T1, T2, TResult}, IEnumerable{ValueTuple{T1, T2}}, MapStreamOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public IAsyncEnumerable<TResult> MapStreamAsync<T1, T2, T3, TResult>(
        Func<T1, T2, T3, Task<TResult>> function, IAsyncEnumerable<(T1, T2, T3)> items, MapStreamOptions? options = null,
        CancellationToken cancellationToken = default) =>
        StreamAsync<AsyncTupleFuncCall<T1, T2, T3, TResult>, (T1, T2, T3), TResult>(function, items, options, true, cancellationToken);

    /// <inheritdoc cref="MapStreamAsync{T1, T2, TResult}(Func{T1, T2, TResult}, IEnumerable{ValueTuple{T1, T2}}, MapStreamOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public IAsyncEnumerable<TResult> MapStreamAsync<T1, T2, T3, T4, TResult>(
        Func<T1, T2, T3, T4, TResult> function, IAsyncEnumerable<(T1, T2, T3, T4)> items, MapStreamOptions? options = null,
        CancellationToken cancellationToken = default) =>
        StreamAsync<TupleFuncCall<T1, T2, T3, T4, TResult>, (T1, T2, T3, T4), TResult>(function, items, options, true, cancellationToken);

    /// <inheritdoc cref="MapStreamAsync{T1, T2, TResult}(Func{T1, T2, TResult}, IEnumerable{ValueTuple{T1, T2}}, MapStreamOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public IAsyncEnumerable<TResult> MapStreamAsync<T1, T2, T3, T4, TResult>(
        Func<T1, T2, T3, T4, Task<TResult>> function, IAsyncEnumerable<(T1, T2, T3, T4)> items, MapStreamOptions? options = null,
        CancellationToken cancellationToken = default) =>
        StreamAsync<AsyncTupleFuncCall<T1, T2, T3, T4, TResult>, (T1, T2, T3, T4), TResult>(function, items, options, true, cancellationToken);
}
