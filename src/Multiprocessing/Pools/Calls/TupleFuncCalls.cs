namespace Multiprocessing.Pools;

/// <summary>The call of a <c>Func&lt;T1, T2, TResult&gt;</c>.</summary>
internal sealed class TupleFuncCall<T1, T2, TResult> : PoolCall<Func<T1, T2, TResult>, (T1, T2), TResult>
{
    protected override TResult Invoke(Func<T1, T2, TResult> function, (T1, T2) argument, CancellationToken cancellationToken) =>
        function(argument.Item1, argument.Item2);
}

/// <summary>The call of a <c>Func&lt;T1, T2, Task&lt;TResult&gt;&gt;</c>.</summary>
internal sealed class AsyncTupleFuncCall<T1, T2, TResult> : PoolCall<Func<T1, T2, Task<TResult>>, (T1, T2), TResult>
{
    protected override TResult Invoke(Func<T1, T2, Task<TResult>> function, (T1, T2) argument, CancellationToken cancellationToken) =>
        Await(function(argument.Item1, argument.Item2));
}

/// <summary>The call of a <c>Func&lt;T1, T2, T3, TResult&gt;</c>.</summary>
internal sealed class TupleFuncCall<T1, T2, T3, TResult> : PoolCall<Func<T1, T2, T3, TResult>, (T1, T2, T3), TResult>
{
    protected override TResult Invoke(Func<T1, T2, T3, TResult> function, (T1, T2, T3) argument, CancellationToken cancellationToken) =>
        function(argument.Item1, argument.Item2, argument.Item3);
}

/// <summary>The call of a <c>Func&lt;T1, T2, T3, Task&lt;TResult&gt;&gt;</c>.</summary>
internal sealed class AsyncTupleFuncCall<T1, T2, T3, TResult> : PoolCall<Func<T1, T2, T3, Task<TResult>>, (T1, T2, T3), TResult>
{
    protected override TResult Invoke(Func<T1, T2, T3, Task<TResult>> function, (T1, T2, T3) argument, CancellationToken cancellationToken) =>
        Await(function(argument.Item1, argument.Item2, argument.Item3));
}

/// <summary>The call of a <c>Func&lt;T1, T2, T3, T4, TResult&gt;</c>.</summary>
internal sealed class TupleFuncCall<T1, T2, T3, T4, TResult> : PoolCall<Func<T1, T2, T3, T4, TResult>, (T1, T2, T3, T4), TResult>
{
    protected override TResult Invoke(Func<T1, T2, T3, T4, TResult> function, (T1, T2, T3, T4) argument, CancellationToken cancellationToken) =>
        function(argument.Item1, argument.Item2, argument.Item3, argument.Item4);
}

/// <summary>The call of a <c>Func&lt;T1, T2, T3, T4, Task&lt;TResult&gt;&gt;</c>.</summary>
internal sealed class AsyncTupleFuncCall<T1, T2, T3, T4, TResult> : PoolCall<Func<T1, T2, T3, T4, Task<TResult>>, (T1, T2, T3, T4), TResult>
{
    protected override TResult Invoke(Func<T1, T2, T3, T4, Task<TResult>> function, (T1, T2, T3, T4) argument, CancellationToken cancellationToken) =>
        Await(function(argument.Item1, argument.Item2, argument.Item3, argument.Item4));
}
