using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Multiprocessing.Memory;
using Multiprocessing.Messaging.Rings;
using Multiprocessing.Messaging.Segments;
using Multiprocessing.Platform;
using Multiprocessing.Processes;
using Multiprocessing.Serialization;

namespace Multiprocessing.Pools.Processes;

/// <summary>
/// The life of a worker process: open the channel, run the initializer, then take a request, run it and answer, until the pool has no
/// more. Everything runs on the process's main thread; only handles and cancellations come by the event loop.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The loggers serve whatever runs until the process ends.")]
internal sealed class PoolWorkerRole : IClaimedRole
{
    private readonly IncomingSymbols _symbols = new();
    private readonly SegmentViews _views = new();
    private readonly RunningTask _running = new();
    private readonly IdleCollection _collection = new();
    private ResponseSender _responses = null!;
    private volatile ForwardingLoggerFactory? _loggers;
    private ProcessBatchHost _batches = null!;

    public void Rehearse(ReadOnlySpan<byte> payload)
    {
        _ = Kernel.EventLoop;
        using Doorbell doorbell = Doorbell.Create();
        using var rehearsal = new PoolRehearsal(doorbell);
        var setup = WorkerSetup.FromBytes(WorkerSetup.Create(new ProcessPoolOptions()).ToBytes(workerId: 0));
        var role = new PoolWorkerRole();
        role.Run(rehearsal.Channel, rehearsal.Control, role.CreateRunner(setup, rehearsal.Channel));
        _running.Begin(sequence: 1);
        _running.End();
        Kernel.Lifetime.RehearseOfferToDieFirst();
        _ = SharedHeap.OpenedBytes;
    }

    public int Run(ClaimedProcess process)
    {
        process.MessageReceived = OnMessage;
        SharedHeap.IsCollectedElsewhere = true;
        Kernel.Lifetime.OfferToDieFirst();
        using var doorbell = new Doorbell(process.Handles[1]);
        using WorkerChannel channel = WorkerChannel.Open(process.Handles[0], doorbell);
        var setup = WorkerSetup.FromBytes(process.Payload.Span);
        WorkerBudget.Take(setup.Budget);
        if (setup.MemoryLimit > 0)
        {
            Kernel.Memory.BeginLimited(setup.MemoryLimit);
        }

        TaskRunner runner = CreateRunner(setup, channel);
        runner.Worker.EnterProcess();
        if (setup.ForwardsLog)
        {
            MultiprocessingLog.LoggerFactory = _loggers = new ForwardingLoggerFactory(runner.Worker.Reports);
        }

        try
        {
            return Run(channel, process.Control, runner);
        }
        finally
        {
            runner.Worker.Reports.Close(); // The channel goes; threads that tasks left behind may still have something to say.
        }
    }

    private TaskRunner CreateRunner(WorkerSetup setup, WorkerChannel channel) =>
        new(setup, _symbols, new PoolWorker(setup.WorkerId, new ChannelReports(channel)));

    private int Run(WorkerChannel channel, ControlSocket control, TaskRunner runner)
    {
        _responses = new ResponseSender(channel, control);
        _batches = new ProcessBatchHost(_responses, _running);
        if (TryInitialize(runner))
        {
            Serve(channel, runner);
            runner.End(static () => Kernel.Lifetime.ExitNow(0));
            return 0;
        }

        return 1;
    }

    private bool TryInitialize(TaskRunner runner)
    {
        try
        {
            runner.Initialize();
        }
        catch (Exception e)
        {
            // The pool fails with it.
            _responses.SendInitializerFailed(e);
            return false;
        }

        _responses.SendReady();
        return true;
    }

    private void Serve(WorkerChannel channel, TaskRunner runner)
    {
        while (true)
        {
            channel.Take(out FrameKind kind, out ReadOnlySpan<byte> payload);
            switch (kind)
            {
                case FrameKind.Task:
                    RunTask(channel, runner, new TaskFrame(payload), payload);
                    break;
                case FrameKind.Symbol:
                    SymbolFrame.Read(payload, _symbols);
                    break;
                case FrameKind.Complete:
                    channel.Release();
                    return;
            }

            channel.Release();
        }
    }

    private void RunTask(WorkerChannel channel, TaskRunner runner, TaskFrame frame, ReadOnlySpan<byte> payload)
    {
        channel.MarkRunning(frame.Sequence);
        if (frame.IsBatch)
        {
            _batches.Run(runner, frame.Sequence, BatchFrame.OpenRequest(payload, frame.TakesToken), frame.Attempt);
            channel.MarkIdle();
            _collection.AfterTask();
            return;
        }

        PayloadWriter response = _responses.Begin();
        ReadOnlySpan<byte> request = frame.Open(_views, out BufferLocation[] buffers);
        LargeBufferSource? source = buffers.Length > 0 ? new RequestBufferSource(_views, buffers) : null;
        CancellationToken token = frame.TakesToken ? _running.Begin(frame.Sequence) : CancellationToken.None;
        runner.Run(request, source, response, token, frame.TaskId, frame.Attempt);
        if (frame.TakesToken)
        {
            _running.End();
        }

        channel.MarkIdle();
        _responses.Send(frame.Sequence, response);
        _collection.AfterTask();
    }

    private void OnMessage(ReadOnlySpan<byte> message, KernelHandle[] handles)
    {
        if (WorkerMessage.TryRead(message, out byte kind, out int number))
        {
            switch (kind)
            {
                case WorkerMessage.SegmentAdded when handles.Length == 1:
                    _views.Add(number, handles[0]);
                    return;
                case WorkerMessage.SegmentRemoved:
                    _views.Remove(number);
                    break;
                case WorkerMessage.Cancel:
                    _running.Cancel((uint)number);
                    break;
                case WorkerMessage.LogLevel:
                    _loggers?.SetLevel(number >>> 8, (LogLevel)(number & 0xFF));
                    break;
            }
        }

        Array.ForEach(handles, static handle => handle.Dispose());
    }

    private sealed class RequestBufferSource(SegmentViews views, BufferLocation[] buffers) : LargeBufferSource
    {
        public override ReadOnlySpan<byte> Get(int index) => (uint)index < (uint)buffers.Length
            ? views.Get(buffers[index])
            : throw new PayloadException("The payload names a buffer that it does not have.");
    }
}
