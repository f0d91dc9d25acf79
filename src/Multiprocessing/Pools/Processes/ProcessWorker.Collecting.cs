using Multiprocessing.Messaging.Rings;
using Multiprocessing.Messaging.Segments;
using Multiprocessing.Platform;
using Multiprocessing.Serialization;

namespace Multiprocessing.Pools.Processes;

/// <content>The way back: answers, and the end of the process.</content>
internal sealed partial class ProcessWorker
{
    private readonly Lock _collecting = new();
    private readonly Lock _connecting = new();
    private readonly IncomingSymbols _symbols = new();
    private readonly SegmentViews _views = new();
    private volatile bool _isCorrupt;

    /// <summary>
    /// Set by the thread that collects, when what it reported brought the worker tasks: it is woken for all of them at once, not for the first
    /// one, with which it would be done and asleep before the second one is there.
    /// </summary>
    private bool _wakeIsDue;

    /// <summary>Tasks whose answers were taken and not reported yet.</summary>
    private readonly PoolTask[] _finished = new PoolTask[IWorkerEvents.MostFinished];

    private int _finishedCount;
    private bool _isConnected;

    /// <summary>Whether there is something to collect, and no caller who waits for this worker does it.</summary>
    public bool HasNewsForCollector => (_channel.HasNews && !_channel.HasDirectWaiter) || _harvest is not null;

    /// <summary>Takes all answers that are there, unless another thread is at it.</summary>
    /// <returns>Whether this thread could look.</returns>
    public bool Collect()
    {
        if (!_collecting.TryEnter())
        {
            return false;
        }

        try
        {
            if (!_isClosed)
            {
                CollectLocked();
            }

            return true;
        }
        finally
        {
            _collecting.Exit();
        }
    }

    /// <summary>
    /// Takes all answers that are there, after whoever is at it now: to look again and again instead could keep that thread from the core.
    /// </summary>
    private void CollectOrWait()
    {
        lock (_collecting)
        {
            if (!_isClosed)
            {
                CollectLocked();
            }
        }
    }

    /// <summary>Called by the collector after it has let go of this worker.</summary>
    public void CloseChannel() => _channel.Dispose();

    private void CollectLocked()
    {
        if (_isCorrupt)
        {
            return;
        }

        try
        {
            BatchTask? wanted = _harvest;
            _harvest = null;
            int ended = wanted is null ? 0 : FinishedOf(wanted);
            while (_channel.Responses.TryTake(out FrameKind kind, out ReadOnlySpan<byte> payload))
            {
                if (_channel.Reports.HasFrames)
                {
                    TakeReports();
                }

                PoolTask? finished = Take(kind, payload);
                _channel.Responses.Release();
                if (finished is not null)
                {
                    _finished[_finishedCount++] = finished;
                    if (_finishedCount == _finished.Length)
                    {
                        ReportFinished();
                    }
                }
            }

            ReportFinished();
            WakeIfDue(); // It works while the rest is looked at, which may bring it tasks as well.
            TakeReports();
            PublishProgress(wanted, ended);

            _channel.AnnounceRoom();
            if (_channel.TakeRoomAnswer())
            {
                _events.HasRoom(this);
            }
        }
        catch (Exception e) when (e is RingCorruptException or PayloadException)
        {
            // Something in the worker has written over its channel. Nothing that it says can be believed any more.
            _isCorrupt = true;
            Kill();
        }
        finally
        {
            ReportFinished(); // What was taken before counts in any case.
            WakeIfDue();
        }
    }

    /// <summary>Together, because each report costs a look at the whole pool.</summary>
    private void ReportFinished()
    {
        if (_finishedCount > 0)
        {
            ReadOnlySpan<PoolTask> finished = _finished.AsSpan(0, _finishedCount);
            _finishedCount = 0;
            _events.Finished(this, finished);
            _finished.AsSpan(0, finished.Length).Clear();
        }
    }

    private void WakeIfDue()
    {
        if (_wakeIsDue)
        {
            _wakeIsDue = false;
            _channel.WakeWorker();
        }
    }

    private PoolTask? Take(FrameKind kind, ReadOnlySpan<byte> payload)
    {
        switch (kind)
        {
            case FrameKind.Task:
                var frame = new TaskFrame(payload);
                return frame.IsBatch ? TakeBatchEnd(frame, payload) : TakeResponse(frame);
            case FrameKind.Item:
                TakeItem(payload);
                return null;
            case FrameKind.Symbol:
                SymbolFrame.Read(payload, _symbols);
                return null;
            case FrameKind.Ready:
                ReportConnected();
                _events.Ready(this);
                return null;
            case FrameKind.InitializerFailed:
                ReportConnected();
                var reader = new PayloadReader(payload, _symbols);
                _events.InitializerFailed(this, Failures.Read((ResponseStatus)reader.ReadByte(), ref reader));
                return null;
            default:
                throw new RingCorruptException($"a frame of the unknown kind {(int)kind}");
        }
    }

    private void OnConnected()
    {
        if (!_isClosed)
        {
            ReportConnected();
        }
    }

    /// <summary>
    /// Before anything else is reported, whichever way the news comes. Under a lock of its own: the thread that collects may wait for
    /// the event loop to hand it a segment, so the event loop must not wait for that thread.
    /// </summary>
    private void ReportConnected()
    {
        lock (_connecting)
        {
            if (!_isConnected)
            {
                _isConnected = true;
                _events.Connected(this);
            }
        }
    }

    private PoolTask TakeResponse(TaskFrame frame)
    {
        PoolTask task;
        lock (_gate)
        {
            if (_inFlight.Count == 0 || _inFlight[0].Sequence != frame.Sequence)
            {
                throw new RingCorruptException("an answer to a question that was not asked");
            }

            task = _inFlight[0].Task;
        }

        ReadOnlySpan<byte> response = frame.Open(_views, out BufferLocation[] buffers);
        PayloadHolds? holds = frame.HasHolds ? ResponseHolds.Take(ref response) : null;
        task.SetResponse(response, _symbols, buffers.Length > 0 ? new ResponseBuffers(this, buffers) : null, holds);
        if (frame.IsInSegment)
        {
            FreeSegment(frame.BlockLocation.Segment);
        }

        lock (_gate)
        {
            _inFlight.RemoveFirst();
        }

        return task;
    }

    private void FreeSegment(int index)
    {
        if ((uint)index < ChannelLayout.MaxSegments && _channel.TryHold())
        {
            _channel.FreeSegment(index);
            _channel.AnnounceRoom();
            _channel.LetGo();
        }
    }

    /// <summary>On the event loop's thread.</summary>
    private void OnMessage(ReadOnlySpan<byte> message, KernelHandle[] handles)
    {
        if (WorkerMessage.TryRead(message, out byte kind, out int number))
        {
            if (kind == WorkerMessage.SegmentAdded && handles.Length == 1)
            {
                _views.Add(number, handles[0]);
                return;
            }

            if (kind == WorkerMessage.SegmentRemoved)
            {
                _views.Remove(number);
            }
        }

        Array.ForEach(handles, static handle => handle.Dispose());
    }

    /// <summary>On the event loop's thread, after the last message of the process.</summary>
    private void OnEnded(ExitStatus status)
    {
        Collector.Process.Doorbell.Ring(); // Perhaps it died on its way to wake the collector.
        _output?.Finish();
        _errors.Finish();
        PoolTask? running = null;
        lock (_collecting)
        {
            CollectLocked(); // What it finished before it died counts.
            lock (_gate)
            {
                _isClosed = true;
                if (_inFlight.Count > 0 && (_isCorrupt || _channel.Requests.WasTaken(_inFlight[0].Position)))
                {
                    running = _inFlight[0].Task;
                    if (running is BatchTask batch)
                    {
                        TakeRest(batch);
                    }
                }
            }

            if (_channel.DiedSpinning)
            {
                Collector.Process.Doorbell.EndSpin();
            }
        }

        _events.Died(this, Describe(status), running);
        SegmentPool.Process.Dropped -= OnSegmentDropped;
        DisturbIfOpen();
        _views.Close();
        _output?.Dispose();
        _errors.Dispose();
        Collector.Process.Retire(this);
    }

    private WorkerExit Describe(ExitStatus status)
    {
        IReadOnlyList<string> lines = _errors.LastLines;
        long peak = Math.Max(_peakMemory, _process.Handle.PeakResidentBytes);
        return new WorkerExit
        {
            ProcessId = _process.Id,
            ExitCode = status.IsKnown ? status.Code : null,
            SignalName = status.SignalName,
            Reason = _process.StartFailure ?? DeathReason.Of(status, lines, _isCorrupt, _wasKilled, _process.Handle.RanOutOfMemory),
            LastErrorLines = lines,
            PeakMemory = peak > 0 ? peak : null,
        };
    }

    /// <summary>The large buffers of one response; the worker gets their segments back once they were read.</summary>
    private sealed class ResponseBuffers : LargeBufferSource, IDisposable
    {
        private readonly ProcessWorker _worker;
        private readonly BufferLocation[] _buffers;

        public ResponseBuffers(ProcessWorker worker, BufferLocation[] buffers)
        {
            _worker = worker;
            _buffers = buffers;
            worker._views.Hold();
        }

        public override long TotalLength => _buffers.Sum(static buffer => buffer.Length);

        public override ReadOnlySpan<byte> Get(int index) => (uint)index < (uint)_buffers.Length
            ? _worker._views.Get(_buffers[index])
            : throw new PayloadException("The payload names a buffer that it does not have.");

        public void Dispose()
        {
            int last = -1;
            foreach (BufferLocation buffer in _buffers)
            {
                if (buffer.Segment != last)
                {
                    last = buffer.Segment;
                    _worker.FreeSegment(last);
                }
            }

            _worker._views.LetGo();
        }
    }
}
