namespace Multiprocessing.Pools;

/// <summary>The call of a <c>Action</c>.</summary>
internal sealed class ActionCall : PoolCall<Action, Nothing, Nothing>
{
    protected override Nothing Invoke(Action function, Nothing argument, CancellationToken cancellationToken)
    {
        function();
        return default;
    }
}

/// <summary>The call of a <c>Action&lt;TArg&gt;</c>.</summary>
internal sealed class ActionCall<TArg> : PoolCall<Action<TArg>, TArg, Nothing>
{
    protected override Nothing Invoke(Action<TArg> function, TArg argument, CancellationToken cancellationToken)
    {
        function(argument);
        return default;
    }
}

/// <summary>The call of a <c>Action&lt;CancellationToken&gt;</c>.</summary>
internal sealed class ActionTokenCall : PoolCall<Action<CancellationToken>, Nothing, Nothing>, ITokenCall
{
    protected override Nothing Invoke(Action<CancellationToken> function, Nothing argument, CancellationToken cancellationToken)
    {
        function(cancellationToken);
        return default;
    }
}

/// <summary>The call of a <c>Action&lt;TArg, CancellationToken&gt;</c>.</summary>
internal sealed class ActionTokenCall<TArg> : PoolCall<Action<TArg, CancellationToken>, TArg, Nothing>, ITokenCall
{
    protected override Nothing Invoke(Action<TArg, CancellationToken> function, TArg argument, CancellationToken cancellationToken)
    {
        function(argument, cancellationToken);
        return default;
    }
}
