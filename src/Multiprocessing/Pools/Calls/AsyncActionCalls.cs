namespace Multiprocessing.Pools;

/// <summary>The call of a <c>Func&lt;Task&gt;</c>.</summary>
internal sealed class AsyncActionCall : PoolCall<Func<Task>, Nothing, Nothing>
{
    protected override Nothing Invoke(Func<Task> function, Nothing argument, CancellationToken cancellationToken)
    {
        Await(function());
        return default;
    }
}

/// <summary>The call of a <c>Func&lt;TArg, Task&gt;</c>.</summary>
internal sealed class AsyncActionCall<TArg> : PoolCall<Func<TArg, Task>, TArg, Nothing>
{
    protected override Nothing Invoke(Func<TArg, Task> function, TArg argument, CancellationToken cancellationToken)
    {
        Await(function(argument));
        return default;
    }
}

/// <summary>The call of a <c>Func&lt;CancellationToken, Task&gt;</c>.</summary>
internal sealed class AsyncActionTokenCall : PoolCall<Func<CancellationToken, Task>, Nothing, Nothing>, ITokenCall
{
    protected override Nothing Invoke(Func<CancellationToken, Task> function, Nothing argument, CancellationToken cancellationToken)
    {
        Await(function(cancellationToken));
        return default;
    }
}

/// <summary>The call of a <c>Func&lt;TArg, CancellationToken, Task&gt;</c>.</summary>
internal sealed class AsyncActionTokenCall<TArg> : PoolCall<Func<TArg, CancellationToken, Task>, TArg, Nothing>, ITokenCall
{
    protected override Nothing Invoke(Func<TArg, CancellationToken, Task> function, TArg argument, CancellationToken cancellationToken)
    {
        Await(function(argument, cancellationToken));
        return default;
    }
}
