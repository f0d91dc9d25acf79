using Multiprocessing.Pools;

namespace Multiprocessing;

/// <content>The one way that all calls take.</content>
public sealed partial class ProcessPool
{
    private Task<TResult> Async<TCall, TArg, TResult>(Delegate call, TArg argument, RunOptions? options, CancellationToken token)
        where TCall : PoolCall
    {
        ArgumentNullException.ThrowIfNull(call);
        if (token.IsCancellationRequested)
        {
            return Task.FromCanceled<TResult>(token);
        }
        var task = new AwaitedTask<TResult>
        {
            Function = call,
            Token = token,
            TakesToken = CallType<TCall>.TakesToken,
            TimeoutTicks = options is null ? -1 : DispatcherSettings.Ticks(options.Timeout),
            StreamSeed = StreamSeed.Of(options?.Seed),
            Priority = options is { StickyKey: null } ? options.Priority : TaskPriority.Normal,
            StickyKey = options?.StickyKey,
            Retry = options?.Retry ?? _retry,
        };
        Submit<TCall, TArg>(task, argument);
        return task.Task;
    }

    private TResult Blocking<TCall, TArg, TResult>(Delegate call, TArg argument, RunOptions? options, CancellationToken token)
        where TCall : PoolCall
    {
        ArgumentNullException.ThrowIfNull(call);
        token.ThrowIfCancellationRequested();
        var takesToken = CallType<TCall>.TakesToken;
        var task = options is null && !takesToken && !token.CanBeCanceled ? BlockingTask<TResult>.Plain(call) : new BlockingTask<TResult>
        {
            Function = call,
            Token = token,
            TakesToken = takesToken,
            TimeoutTicks = options is null ? -1 : DispatcherSettings.Ticks(options.Timeout),
            StreamSeed = StreamSeed.Of(options?.Seed),
            Priority = options is { StickyKey: null } ? options.Priority : TaskPriority.Normal,
            StickyKey = options?.StickyKey,
        };
        task.Retry = options?.Retry ?? _retry;
        Submit<TCall, TArg>(task, argument);
        return task.Wait();
    }

    /// <inheritdoc cref="IWorkerFactory.TakesRawResults"/>
    internal bool TakesRawResults => _factory.TakesRawResults;

    /// <inheritdoc cref="IWorkerFactory.SinkOfThisThread"/>
    internal Serialization.LargeBufferSink? SinkOfThisThread => _factory.SinkOfThisThread;

    /// <summary>Those of the pool's maker.</summary>
    internal Cultures Cultures => _cultures;

    /// <summary>Hands over a task whose request has been written.</summary>
    internal void Submit(PoolTask task)
    {
        if (_isDisposed && !task.IsPartOfInput)
        {
            task.Discard();
            throw new ObjectDisposedException(GetType().FullName);
        }
        _dispatcher.Submit(task);
        GC.KeepAlive(this);
    }

    /// <summary>Writes the request here and now, so that what cannot be sent is known at once, and hands the task over.</summary>
    internal void Submit<TCall, TArg>(PoolTask task, TArg argument)
        where TCall : PoolCall
    {
        ObjectDisposedException.ThrowIf(_isDisposed && !task.IsPartOfInput, this);
        if (TaskObservation.OfCall(task.Function, Name) is { } observation)
        {
            SubmitObserved<TCall, TArg>(task, argument, observation);
            return;
        }
        HandOver<TCall, TArg>(task, argument);
    }

    private void SubmitObserved<TCall, TArg>(PoolTask task, TArg argument, TaskObservation observation)
        where TCall : PoolCall
    {
        task.Observation = observation;
        try
        {
            HandOver<TCall, TArg>(task, argument);
        }
        catch
        {
            observation.OnRefused();
            throw;
        }
    }

    private void HandOver<TCall, TArg>(PoolTask task, TArg argument)
        where TCall : PoolCall
    {
        RequestWriter.Write(task, CallType<TCall>.Symbol, argument, _cultures, _factory.SinkOfThisThread);
        _dispatcher.Submit(task);

        // From here on the task keeps alive what it needs.
        GC.KeepAlive(this);
    }
}
