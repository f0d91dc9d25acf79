using System.Buffers.Binary;
using Multiprocessing.Messaging.Rings;
using Multiprocessing.Messaging.Segments;
using Multiprocessing.Serialization;

namespace Multiprocessing.Pools.Processes;

/// <content>Batches: a frame that worker and pool both change while it is being executed.</content>
internal sealed unsafe partial class ProcessWorker
{
    /// <summary>The batch whose finished items are wanted now.</summary>
    private volatile BatchTask? _harvest;

    /// <summary>A batch of which items have come in, and its end has not.</summary>
    private BatchTask? _inProgress;

    public int TakeBackItems(PoolTask batch, int most)
    {
        lock (_gate)
        {
            int index = IndexOfShared(batch);
            if (index < 0)
            {
                return 0;
            }

            ref InFlightTasks.Entry entry = ref _inFlight[index];
            int taken = WordsOf(entry).TakeBack(entry.ItemCount, most);
            if (taken < 0)
            {
                // See CollectLocked.
                _isCorrupt = true;
                Kill();
                return 0;
            }

            entry.ItemCount -= taken;
            return taken;
        }
    }

    public BatchProgress Progress(PoolTask batch)
    {
        lock (_gate)
        {
            int index = IndexOfShared(batch);
            return index < 0
                ? new BatchProgress(batch.ItemCount, batch.ItemCount)
                : WordsOf(_inFlight[index]).Progress(_inFlight[index].ItemCount);
        }
    }

    public void Harvest(PoolTask batch)
    {
        _harvest = (BatchTask)batch;
        Interlocked.MemoryBarrier();
        Collector.Process.Doorbell.Ring();
    }

    private bool SendBatch(BatchTask batch)
    {
        if (!_channel.Requests.TryReserve(BatchFrame.RequestLength(batch), out Span<byte> payload))
        {
            return false;
        }

        uint sequence = NextSequence();
        BatchFrame.WriteRequest(payload, sequence, batch);
        _inFlight.Add(batch, sequence, _channel.Requests.NextPosition);
        _inFlight[_inFlight.Count - 1].ResultsOffset = BatchFrame.ResultsOffset(batch);
        _channel.Requests.Commit(FrameKind.Task);
        _lastSequence = sequence;
        return true;
    }

    /// <summary>Where a batch is whose frame is still in the ring; -1: nowhere. Nothing overwrites it while the lock is held.</summary>
    private int IndexOfShared(PoolTask batch)
    {
        int index = _isClosed ? -1 : _inFlight.IndexOf(batch);
        return index >= 0 && !_channel.Requests.WasConsumed(_inFlight[index].Position) ? index : -1;
    }

    private BatchWords WordsOf(in InFlightTasks.Entry entry) => new((long*)(_channel.Requests.PayloadAt(entry.Position) + BatchFrame.WordsOffset));

    /// <summary>The batch that a frame of the worker is about, which can only be the first one.</summary>
    private BatchTask BatchOf(TaskFrame frame, out int count)
    {
        lock (_gate)
        {
            if (_inFlight.Count == 0 || _inFlight[0].Sequence != frame.Sequence || _inFlight[0].Task is not BatchTask batch)
            {
                throw new RingCorruptException("an answer to a question that was not asked");
            }

            count = _inFlight[0].ItemCount;
            return batch;
        }
    }

    private void TakeItem(ReadOnlySpan<byte> payload)
    {
        if (payload.Length < BatchFrame.ItemHeaderSize)
        {
            throw new PayloadException("The answer of an item is shorter than its header.");
        }

        long index = BinaryPrimitives.ReadInt64LittleEndian(payload);
        var frame = new TaskFrame(payload[BatchFrame.ItemHeaderSize..]);
        BatchTask batch = BatchOf(frame, out int count);
        if (index < batch.ReceivedItems || index >= count || (batch.ResultSize == 0 && index != batch.ReceivedItems))
        {
            throw new RingCorruptException("an answer of an item out of its turn");
        }

        ReadOnlySpan<byte> response = frame.Open(_views, out BufferLocation[] buffers);
        PayloadHolds? holds = frame.HasHolds ? ResponseHolds.Take(ref response) : null;
        batch.TakeItem((int)index, response, _symbols, buffers.Length > 0 ? new ResponseBuffers(this, buffers) : null, holds);
        if (frame.IsInSegment)
        {
            FreeSegment(frame.BlockLocation.Segment);
        }

        _inProgress = batch;
    }

    private BatchTask TakeBatchEnd(TaskFrame frame, ReadOnlySpan<byte> payload)
    {
        BatchTask batch = BatchOf(frame, out int count);
        ReadOnlySpan<byte> results = BatchFrame.ReadEnd(payload, out long answered, out long elapsed);
        if (answered != count || results.Length != count * batch.ResultSize || (batch.ResultSize == 0 && batch.ReceivedItems != count))
        {
            throw new RingCorruptException("the end of a batch that has not ended");
        }

        if (batch.ResultSize > 0)
        {
            batch.TakeResults(results[(batch.ReceivedItems * batch.ResultSize)..]);
        }

        batch.TakeEnd(elapsed);
        lock (_gate)
        {
            _inFlight.RemoveFirst();
        }

        _inProgress = null;
        return batch;
    }

    /// <summary>
    /// How many items have ended of the batch whose outcomes are wanted. Asked before the answers that are there are taken: the failures among
    /// those items are.
    /// </summary>
    private int FinishedOf(BatchTask wanted)
    {
        lock (_gate)
        {
            return IndexOfShared(wanted) == 0 ? WordsOf(_inFlight[0]).Progress(_inFlight[0].ItemCount).Finished : 0;
        }
    }

    private void PublishProgress(BatchTask? wanted, int finished)
    {
        if (wanted is not null)
        {
            lock (_gate)
            {
                if (wanted.ResultSize > 0 && IndexOfShared(wanted) == 0)
                {
                    TakeFinished(wanted, finished);
                }
            }

            wanted.PublishProgress();
        }

        _inProgress?.PublishProgress();
        _inProgress = null;
    }

    /// <summary>Takes raw results from the frame of the request, in which the worker writes on.</summary>
    private void TakeFinished(BatchTask batch, int finished)
    {
        int first = batch.ReceivedItems;
        if (finished > first)
        {
            byte* results = _channel.Requests.PayloadAt(_inFlight[0].Position) + _inFlight[0].ResultsOffset;
            batch.TakeResults(new ReadOnlySpan<byte>(results + (first * batch.ResultSize), (finished - first) * batch.ResultSize));
        }
    }

    /// <summary>The worker has died in a batch: what it has finished counts.</summary>
    private void TakeRest(BatchTask batch)
    {
        int count = _inFlight[0].ItemCount;
        if (_isCorrupt)
        {
            // Nobody knows what ran and what did not: nothing runs twice.
            (batch.ItemsBegun, batch.ItemsFinished) = (count, batch.ReceivedItems);
            return;
        }

        var (begun, finished) = WordsOf(_inFlight[0]).Progress(count);
        if (batch.ResultSize > 0)
        {
            TakeFinished(batch, finished);
        }

        // An answer that was published counts also if the word behind it could not be written any more.
        batch.ItemsFinished = Math.Min(begun, Math.Max(finished, batch.ReceivedItems));
        batch.ItemsBegun = begun;
    }
}
