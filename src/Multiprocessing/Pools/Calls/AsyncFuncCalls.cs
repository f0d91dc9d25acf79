namespace Multiprocessing.Pools;

/// <summary>The call of a <c>Func&lt;Task&lt;TResult&gt;&gt;</c>.</summary>
internal sealed class AsyncFuncCall<TResult> : PoolCall<Func<Task<TResult>>, Nothing, TResult>
{
    protected override TResult Invoke(Func<Task<TResult>> function, Nothing argument, CancellationToken cancellationToken) =>
        Await(function());
}

/// <summary>The call of a <c>Func&lt;TArg, Task&lt;TResult&gt;&gt;</c>.</summary>
internal sealed class AsyncFuncCall<TArg, TResult> : PoolCall<Func<TArg, Task<TResult>>, TArg, TResult>
{
    protected override TResult Invoke(Func<TArg, Task<TResult>> function, TArg argument, CancellationToken cancellationToken) =>
        Await(function(argument));
}

/// <summary>The call of a <c>Func&lt;CancellationToken, Task&lt;TResult&gt;&gt;</c>.</summary>
internal sealed class AsyncFuncTokenCall<TResult> : PoolCall<Func<CancellationToken, Task<TResult>>, Nothing, TResult>, ITokenCall
{
    protected override TResult Invoke(Func<CancellationToken, Task<TResult>> function, Nothing argument, CancellationToken cancellationToken) =>
        Await(function(cancellationToken));
}

/// <summary>The call of a <c>Func&lt;TArg, CancellationToken, Task&lt;TResult&gt;&gt;</c>.</summary>
internal sealed class AsyncFuncTokenCall<TArg, TResult> : PoolCall<Func<TArg, CancellationToken, Task<TResult>>, TArg, TResult>, ITokenCall
{
    protected override TResult Invoke(Func<TArg, CancellationToken, Task<TResult>> function, TArg argument, CancellationToken cancellationToken) =>
        Await(function(argument, cancellationToken));
}
