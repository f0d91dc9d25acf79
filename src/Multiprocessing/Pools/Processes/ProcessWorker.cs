using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Multiprocessing.Messaging.Rings;
using Multiprocessing.Messaging.Segments;
using Multiprocessing.Platform;
using Multiprocessing.Processes;
using Multiprocessing.Serialization;

namespace Multiprocessing.Pools.Processes;

/// <summary>
/// A worker process as its pool sees it. Tasks go out under <c>_gate</c> (this file), answers come in under <c>_collecting</c>
/// (ProcessWorker.Collecting.cs): by the collector, by a caller that waits for its own answer, or at the end by the event loop. Locks are
/// taken in the order <c>_collecting</c>, <c>_connecting</c>, the dispatcher's, <c>_gate</c>.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "Closed when the process has ended.")]
internal sealed partial class ProcessWorker : IWorker, IReportSource
{
    private readonly Lock _gate = new();
    private readonly IWorkerEvents _events;
    private readonly ParentChannel _channel = new();
    private readonly InFlightTasks _inFlight = new();
    private readonly HashSet<int> _handedOver = [];
    private readonly WorkerErrorStream _errors;
    private readonly LinePipe? _output;
    private readonly StartedProcess _process;
    private uint _lastSequence;
    private int _symbolsSent;
    private long _peakMemory;
    private volatile bool _wasKilled;
    private volatile bool _isClosed;

    /// <summary>Begins to start the process; returns before it is up.</summary>
    public ProcessWorker(
        int number,
        int workerId,
        IWorkerEvents events,
        byte[] setup,
        WorkerSurroundings surroundings,
        WorkerVoices voices,
        StartMethod method,
        LaunchOptions options)
    {
        Id = number;
        _events = events;
        _reports = new ReportReceiver(this, voices.Log);
        (KernelHandle read, KernelHandle write) = Kernel.Pipes.Create();
        _errors = new WorkerErrorStream(read);
        KernelHandle? output = voices.Open(out KernelHandle? outputToRead);
        using (write)
        using (output)
        {
            try
            {
                _process = ProcessStarter.Start(new StartRequest
                {
                    Method = method,
                    Options = options,
                    Claim = new Claim
                    {
                        Role = typeof(PoolWorkerRole).FullName!,
                        Name = string.Create(CultureInfo.InvariantCulture, $"PoolWorker-{number}"),
                        ParentName = ProcessInfo.Current.Name,
                        IsBackground = true,
                        Payload = setup,
                    },
                    Environment = surroundings.Environment,
                    WorkingDirectory = surroundings.WorkingDirectory,
                    Niceness = surroundings.Niceness,
                    Affinity = surroundings.AffinityOf(workerId),
                    Output = output,
                    Error = write,
                    Handles = [_channel.Memory, Collector.Process.Doorbell.Memory],
                    Rehearsal = static () => [],
                    MessageReceived = OnMessage,
                });
            }
            catch
            {
                outputToRead?.Dispose();
                _errors.Dispose();
                _channel.Dispose();
                throw;
            }
        }

        _output = voices.Listen(outputToRead, workerId, _process.Id);
        ExitRules.AddServant(_process);
        SegmentPool.Process.Dropped += OnSegmentDropped;
        Collector.Process.Add(this);

        // By way of the loop: a standby process is ready at once, and this constructor runs under the dispatcher's lock.
        _process.OnReady(() => Kernel.EventLoop.Post(OnConnected));
        Kernel.EventLoop.Post(() => _process.OnEnded(OnEnded));
    }

    public int Id { get; }

    public int ProcessId => _process.Id;

    public long OwnMemory
    {
        get
        {
            ProcessMemory memory = _process.Handle.Memory;
            _peakMemory = Math.Max(_peakMemory, memory.Peak);
            return memory.Own;
        }
    }

    public bool IsStopped => _process.Handle.IsStopped;

    /// <summary>Asked for while answers are taken, so the channel is open.</summary>
    public long LastRun => _channel.LastRun;

    public bool TrySend(PoolTask task)
    {
        lock (_gate)
        {
            if (_isClosed)
            {
                return false; // Dead: `Died` follows, and sends it elsewhere.
            }

            if (SendSymbols(task.HighestSymbol) && HandOver(task) && SendFrame(task))
            {
                if (_collecting.IsHeldByCurrentThread)
                {
                    _wakeIsDue = true;
                }
                else
                {
                    _channel.WakeWorker();
                }

                return true;
            }

            _channel.AskForRoom();
            return false;
        }
    }

    public bool TryRevoke(PoolTask task)
    {
        lock (_gate)
        {
            int index = _isClosed ? -1 : _inFlight.IndexOf(task);
            if (index < 0 || !_channel.Requests.TryRevoke(_inFlight[index].Position))
            {
                return false;
            }

            _inFlight.RemoveAt(index);
            return true;
        }
    }

    public void RequestCancellation(PoolTask task)
    {
        uint sequence;
        lock (_gate)
        {
            int index = _inFlight.IndexOf(task);
            if (index < 0)
            {
                return;
            }

            sequence = _inFlight[index].Sequence;
        }

        TrySendMessage(WorkerMessage.Cancel, (int)sequence);
    }

    public long RunningSince(PoolTask task)
    {
        lock (_gate)
        {
            int index = _isClosed ? -1 : _inFlight.IndexOf(task);
            if (index >= 0 && task is { IsBatch: true, TimeoutTicks: >= 0 })
            {
                return IndexOfShared(task) < 0 ? 0 : WordsOf(_inFlight[index]).Since;
            }

            return index < 0 ? 0 : _channel.RunningSince(_inFlight[index].Sequence);
        }
    }

    public void Complete()
    {
        lock (_gate)
        {
            if (!_isClosed && _channel.Requests.TryReserve(0, out _))
            {
                _channel.Requests.Commit(FrameKind.Complete);
                _channel.WakeWorker();
                return;
            }
        }

        // No room for "the end": a worker with a full ring is not idle, and nobody completes such a one but to be rid of it.
        Kill();
    }

    public void Kill()
    {
        _wasKilled = true;

        // What the worker's task started is in its process group, unless it left that on purpose.
        _process.Handle.SendToGroup(Signal.Kill);
        _process.Handle.Send(Signal.Kill);
    }

    /// <summary>The worker must be told every symbol that the request could use, in order, before the request.</summary>
    private bool SendSymbols(int highest)
    {
        while (_symbolsSent <= highest)
        {
            byte[] definition = OutgoingSymbols.Process.GetDefinition(_symbolsSent);
            if (!_channel.Requests.TryReserve(sizeof(int) + definition.Length, out Span<byte> payload))
            {
                return false;
            }

            SymbolFrame.Write(payload, _symbolsSent, definition);
            _channel.Requests.Commit(FrameKind.Symbol);
            _symbolsSent++;
        }

        return true;
    }

    /// <summary>Hands over the segments of the request that the worker does not have yet.</summary>
    private bool HandOver(PoolTask task)
    {
        var buffers = task.LargeBuffers as RequestBuffers;
        if (IsTooLargeForFrame(task, buffers))
        {
            task.LargeBuffers = buffers ??= new RequestBuffers();
            buffers.Block(task.Request);
        }

        if (buffers is null)
        {
            return true;
        }

        foreach (Segment segment in buffers.Segments)
        {
            if (!_handedOver.Contains(segment.Id))
            {
                if (!TrySendMessage(WorkerMessage.SegmentAdded, segment.Id, segment.Memory))
                {
                    return false;
                }

                _handedOver.Add(segment.Id);
            }
        }

        return true;
    }

    private bool SendFrame(PoolTask task)
    {
        if (task is BatchTask batch)
        {
            return SendBatch(batch);
        }

        var buffers = task.LargeBuffers as RequestBuffers;
        ReadOnlySpan<byte> request = task.Request;
        bool inSegment = IsTooLargeForFrame(task, buffers);
        int count = buffers?.Buffers.Count ?? 0;
        int length = TaskFrame.RequestHeaderSize + (inSegment ? BufferLocation.Size : TaskFrame.BlockLength(request.Length, count));
        if (!_channel.Requests.TryReserve(length, out Span<byte> payload))
        {
            return false;
        }

        uint sequence = NextSequence();
        TaskFrame.WriteRequestHeader(payload, sequence, count, inSegment, task.TakesToken, task.Id, task.Attempt);
        if (inSegment)
        {
            buffers!.Block(request).Write(payload[TaskFrame.RequestHeaderSize..]);
        }
        else
        {
            TaskFrame.WriteBlock(payload[TaskFrame.RequestHeaderSize..], buffers?.Buffers, request);
        }

        _inFlight.Add(task, sequence, _channel.Requests.NextPosition);
        _channel.Requests.Commit(FrameKind.Task);
        _lastSequence = sequence;
        return true;
    }

    /// <summary>0 is the mark of a worker that runs nothing.</summary>
    private uint NextSequence() => _lastSequence == uint.MaxValue ? 1 : _lastSequence + 1;

    private bool IsTooLargeForFrame(PoolTask task, RequestBuffers? buffers) =>
        TaskFrame.RequestHeaderSize + TaskFrame.BlockLength(task.Request.Length, buffers?.Buffers.Count ?? 0) > _channel.Requests.MaxPayload;

    private bool TrySendMessage(byte kind, int number, params ReadOnlySpan<KernelHandle> handles)
    {
        Span<byte> message = stackalloc byte[WorkerMessage.Size];
        WorkerMessage.Write(message, kind, number);
        return _process.TrySend(message, handles);
    }

    private void OnSegmentDropped(int id)
    {
        lock (_gate)
        {
            if (_handedOver.Remove(id))
            {
                // A worker that has no room for this message keeps a mapping that nobody uses: a loss of address space only.
                TrySendMessage(WorkerMessage.SegmentRemoved, id);
            }
        }
    }
}
