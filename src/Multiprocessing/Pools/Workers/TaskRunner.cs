using System.Globalization;
using System.Runtime.CompilerServices;
using Multiprocessing.Serialization;

namespace Multiprocessing.Pools;

/// <summary>
/// The worker's side of all back ends: request in, response out. Used by one thread, the one that runs the tasks. Every task starts with
/// the pool's cultures (or its own), the clean execution context that the initializer left, and no synchronization context.
/// </summary>
internal sealed class TaskRunner
{
    private readonly WorkerSetup _setup;
    private readonly IncomingSymbols _symbols;
    private readonly Dictionary<int, PoolCall> _calls = [];
    private Cultures? _batchCultures;
    private StreamSeed? _batchSeed;
    private long _batchFirstId;
    private int _batchAttempt;
    private ExecutionContext? _cleanContext;
    private byte[] _lastHead = [];
    private PoolCall? _lastCall;
    private bool _hasStream;
    private TraceContext? _batchTrace;
    private WorkerActivity? _activity;

    internal TaskRunner(WorkerSetup setup, IncomingSymbols symbols, PoolWorker worker)
    {
        _setup = setup;
        _symbols = symbols;
        Worker = worker;
    }

    internal PoolWorker Worker { get; }

    internal IncomingSymbols Symbols => _symbols;

    /// <summary>Before the first task. What the initializer throws comes out.</summary>
    internal void Initialize()
    {
        SynchronizationContext.SetSynchronizationContext(null);
        _setup.Cultures.MakeCurrent();
        _setup.RunInitializer();
        _setup.Cultures.MakeCurrent();
        _cleanContext = ExecutionContext.Capture();
    }

    /// <summary>
    /// After the last task: the exit hook, then the values of the worker. Never throws: nobody waits for this worker any more. When the time
    /// is over <paramref name="onTimeout"/> is called, on another thread, to end what cannot be ended here.
    /// </summary>
    internal void End(Action onTimeout)
    {
        using var limit = _setup.ExitHookTimeout == Timeout.InfiniteTimeSpan
            ? null
            : new Timer(
                state =>
                {
                    MultiprocessingLog.ExitHookTimedOut(Worker.WorkerId, _setup.ExitHookTimeout);
                    onTimeout();
                },
                null,
                _setup.ExitHookTimeout,
                Timeout.InfiniteTimeSpan);
        Try(_setup.RunExitHook, "The exit hook");
        Try(Worker.Locals.Dispose, "The disposal of a worker's value");
    }

    private void Try(Action action, string what)
    {
        try
        {
            action();
        }
        catch (Exception exception)
        {
            // User code at the end of a worker: its failure is of no consequence but to whoever reads the log.
            MultiprocessingLog.WorkerEndFailed(what, Worker.WorkerId, exception);
        }
    }

    /// <summary>Runs one task. Never throws: whatever goes wrong is the response.</summary>
    internal void Run(
        ReadOnlySpan<byte> request,
        LargeBufferSource? buffers,
        PayloadWriter response,
        CancellationToken cancellationToken,
        long taskId = 1,
        int attempt = 1)
    {
        Worker.BeginTask(taskId, attempt);
        try
        {
            Execute(request, buffers, response, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            response.Clear();
            response.WriteByte((byte)ResponseStatus.Canceled);
        }
        catch (Exception exception)
        {
            // User code may throw anything; its caller gets it.
            _activity?.Fail(exception);
            Failures.Write(response, exception);
        }
        Restore();
    }

    /// <summary>Runs the items of a batch, as many as can be claimed. Never throws: whatever goes wrong is the items' answer.</summary>
    internal void RunBatch(in BatchRequest batch, BatchHost host, int attempt)
    {
        (_batchFirstId, _batchAttempt) = (batch.FirstId, attempt);
        var reader = new PayloadReader(batch.Prefix, _symbols);
        try
        {
            var flags = (RequestFlags)reader.ReadByte();
            if ((flags & RequestFlags.HasCultures) != 0)
            {
                _batchCultures = new Cultures(
                    CultureInfo.GetCultureInfo(reader.ReadString() ?? ""), CultureInfo.GetCultureInfo(reader.ReadString() ?? ""));
                _batchCultures.MakeCurrent();
            }
            if ((flags & RequestFlags.HasTrace) != 0)
            {
                _batchTrace = ReadTrace(ref reader);
            }
            if ((flags & RequestFlags.HasSeed) != 0)
            {
                _batchSeed = new StreamSeed(reader.ReadInt64(), reader.ReadInt64());
            }
            if ((flags & RequestFlags.IsDetached) != 0)
            {
                ReadDetached(reader.Take(reader.ReadCount(1))).ExecuteBatch(batch, this, host);
            }
        }
        catch (Exception exception)
        {
            FailAll(batch, host, exception);
        }
        ExecuteAttached(batch, host);
        _batchCultures = null;
        _batchSeed = null;
        _batchTrace = null;
        Restore();
    }

    /// <summary>Before each item of a batch.</summary>
    internal void BeginItem(int index)
    {
        Worker.BeginTask(_batchFirstId + index, _batchAttempt);
        _activity = WorkerActivity.Begin(_batchTrace, Worker);
        if (_batchSeed is { } seed)
        {
            Worker.BeginStream(seed with { Index = seed.Index + index });
            _hasStream = true;
        }
    }

    internal void OnFailed(Exception exception) => _activity?.Fail(exception);

    /// <summary>What all items have in common cannot be read.</summary>
    private static void FailAll(in BatchRequest batch, BatchHost host, Exception exception)
    {
        while (batch.TryBegin(out var index))
        {
            host.Fail(index, exception, CancellationToken.None);
            batch.Words.Finish();
        }
    }

    /// <summary>The delegate has state and comes with each item anew.</summary>
    private void ExecuteAttached(in BatchRequest batch, BatchHost host)
    {
        var offset = 0;
        while (batch.TryBegin(out var index))
        {
            var token = batch.TakesToken ? host.BeginToken() : CancellationToken.None;
            try
            {
                BeginItem(index);
                ExecuteAttached(batch.Next(ref offset), host, index, token);
            }
            catch (Exception exception)
            {
                // User code may throw anything; its caller gets it.
                OnFailed(exception);
                host.Fail(index, exception, token);
            }
            if (batch.TakesToken)
            {
                host.EndToken();
            }
            Restore();
            batch.Words.Finish();
        }
    }

    private void ExecuteAttached(ReadOnlySpan<byte> item, BatchHost host, int index, CancellationToken token)
    {
        var reader = new PayloadReader(item, _symbols);
        var call = ReadCall(ref reader);
        try
        {
            var response = host.Begin();
            call.Execute(ref reader, response, token);
            host.Send(index, response);
        }
        finally
        {
            call.Unbind();
        }
    }

    private void Execute(ReadOnlySpan<byte> request, LargeBufferSource? buffers, PayloadWriter response, CancellationToken cancellationToken)
    {
        var reader = new PayloadReader(request, _symbols, buffers);
        var flags = (RequestFlags)reader.ReadByte();
        if ((flags & RequestFlags.HasCultures) != 0)
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(reader.ReadString() ?? "");
            CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(reader.ReadString() ?? "");
        }
        if ((flags & RequestFlags.HasTrace) != 0)
        {
            _activity = WorkerActivity.Begin(ReadTrace(ref reader), Worker);
        }
        if ((flags & RequestFlags.HasSeed) != 0)
        {
            Worker.BeginStream(new StreamSeed(reader.ReadInt64(), reader.ReadInt64()));
            _hasStream = true;
        }
        if ((flags & RequestFlags.IsDetached) != 0)
        {
            ReadDetached(reader.Take(reader.ReadCount(1))).Execute(ref reader, response, cancellationToken);
            return;
        }
        var call = ReadCall(ref reader);
        try
        {
            call.Execute(ref reader, response, cancellationToken);
        }
        finally
        {
            call.Unbind();
        }
    }

    private static TraceContext ReadTrace(ref PayloadReader reader) => new(reader.ReadString() ?? "", reader.ReadString());

    private PoolCall ReadDetached(ReadOnlySpan<byte> head)
    {
        if (_lastCall is not null && head.SequenceEqual(_lastHead))
        {
            return _lastCall;
        }
        _lastCall = null;
        var reader = new PayloadReader(head, _symbols);
        var call = ReadCall(ref reader);
        _lastHead = head.ToArray();
        return _lastCall = call;
    }

    private PoolCall ReadCall(ref PayloadReader reader)
    {
        var symbol = reader.ReadSymbol();
        if (!_calls.TryGetValue(symbol, out var call))
        {
            var type = _symbols.GetType(symbol);
            if (!type.IsSubclassOf(typeof(PoolCall)) || type.IsAbstract)
            {
                throw new PayloadException($"{type} is not a call of a pool.");
            }
            call = (PoolCall)RuntimeHelpers.GetUninitializedObject(type);
            _calls.Add(symbol, call);
        }
        call.Bind(Serializer.Read<Delegate>(ref reader));
        _lastCall = null;
        return call;
    }

    /// <summary>After each task and item: what it has changed of its thread is as before.</summary>
    internal void Restore()
    {
        if (_activity is { } activity)
        {
            activity.End();
            _activity = null;
        }
        Worker.BeginTask(0, 0);
        if (_hasStream)
        {
            Worker.BeginStream(null);
            _hasStream = false;
        }
        SynchronizationContext.SetSynchronizationContext(null);
        if (_cleanContext is { } clean && !ReferenceEquals(ExecutionContext.Capture(), clean))
        {
            ExecutionContext.Restore(clean);
        }
        var cultures = _batchCultures ?? _setup.Cultures;
        if (!cultures.AreCurrent())
        {
            cultures.MakeCurrent();
        }
    }
}
