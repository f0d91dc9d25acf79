namespace Multiprocessing.Pools;

/// <summary>The call of a <c>Func&lt;TResult&gt;</c>.</summary>
internal sealed class FuncCall<TResult> : PoolCall<Func<TResult>, Nothing, TResult>
{
    protected override TResult Invoke(Func<TResult> function, Nothing argument, CancellationToken cancellationToken) =>
        function();
}

/// <summary>The call of a <c>Func&lt;TArg, TResult&gt;</c>.</summary>
internal sealed class FuncCall<TArg, TResult> : PoolCall<Func<TArg, TResult>, TArg, TResult>
{
    protected override TResult Invoke(Func<TArg, TResult> function, TArg argument, CancellationToken cancellationToken) =>
        function(argument);
}

/// <summary>The call of a <c>Func&lt;CancellationToken, TResult&gt;</c>.</summary>
internal sealed class FuncTokenCall<TResult> : PoolCall<Func<CancellationToken, TResult>, Nothing, TResult>, ITokenCall
{
    protected override TResult Invoke(Func<CancellationToken, TResult> function, Nothing argument, CancellationToken cancellationToken) =>
        function(cancellationToken);
}

/// <summary>The call of a <c>Func&lt;TArg, CancellationToken, TResult&gt;</c>.</summary>
internal sealed class FuncTokenCall<TArg, TResult> : PoolCall<Func<TArg, CancellationToken, TResult>, TArg, TResult>, ITokenCall
{
    protected override TResult Invoke(Func<TArg, CancellationToken, TResult> function, TArg argument, CancellationToken cancellationToken) =>
        function(argument, cancellationToken);
}
