using System.Buffers.Binary;
using Multiprocessing.Messaging.Rings;
using Multiprocessing.Messaging.Segments;
using Multiprocessing.Platform;
using Multiprocessing.Serialization;

namespace Multiprocessing.Pools.Processes;

/// <summary>The worker's way of answering. For its main thread.</summary>
internal sealed class ResponseSender
{
    private readonly WorkerChannel _channel;
    private readonly SegmentWriter _segments;
    private readonly PayloadWriter _writer;
    private readonly Queue<HeldResponse> _held = new(); // Of a reference type: a queue of another would be compiled in every worker.
    private int _symbolsSent;

    public ResponseSender(WorkerChannel channel, ControlSocket control)
    {
        _channel = channel;
        _segments = new SegmentWriter(new ResponseSegments(channel, control));
        _writer = PayloadWriter.Rent(_segments);
        _writer.KeepsHolds = true;
    }

    /// <summary>The writer for the next answer.</summary>
    public PayloadWriter Begin()
    {
        _writer.Clear();
        while (_held.TryPeek(out var oldest) && _channel.WasConsumed(oldest.Position))
        {
            _held.Dequeue().Holds.Dispose();
        }

        return _writer;
    }

    public void SendReady()
    {
        _channel.Reserve(0);
        _channel.Commit(FrameKind.Ready);
    }

    public void SendInitializerFailed(Exception exception)
    {
        PayloadWriter writer = PayloadWriter.Rent();
        try
        {
            Failures.Write(writer, exception);
            SendSymbols(writer.HighestSymbol);
            writer.Written.CopyTo(_channel.Reserve(writer.Length));
            _channel.Commit(FrameKind.InitializerFailed);
        }
        finally
        {
            writer.Return();
        }
    }

    public void Send(uint sequence, PayloadWriter response)
    {
        Write(sequence, response, item: -1);
        _channel.Commit(FrameKind.Task);
    }

    /// <summary>Answers for one item of a batch; the pool is woken by a later answer if not by this one.</summary>
    public void SendItem(uint sequence, int index, PayloadWriter response, bool wakes)
    {
        Write(sequence, response, index);
        if (wakes)
        {
            _channel.Commit(FrameKind.Item);
        }
        else
        {
            _channel.CommitQuietly(FrameKind.Item);
        }
    }

    public void SendEnd(uint sequence, int count, long elapsed, ReadOnlySpan<byte> results)
    {
        BatchFrame.WriteEnd(_channel.Reserve(BatchFrame.EndLength(results.Length)), sequence, count, elapsed, results);
        _channel.Commit(FrameKind.Task);
    }

    private void Write(uint sequence, PayloadWriter response, int item)
    {
        SendSymbols(response.HighestSymbol);
        PayloadHolds? holds = response.TakeHolds();
        if (holds is not null)
        {
            ResponseHolds.Append(response, holds);
        }

        ReadOnlySpan<byte> bytes = response.Written;
        int buffers = _segments.Buffers.Count;
        int block = TaskFrame.BlockLength(bytes.Length, buffers);
        int header = item < 0 ? 0 : BatchFrame.ItemHeaderSize;
        bool inSegment = header + TaskFrame.HeaderSize + block > _channel.MaxPayload;
        BufferLocation location = default;
        if (inSegment)
        {
            TaskFrame.WriteBlock(_segments.Allocate(block, out location), _segments.Buffers, bytes);
        }

        Span<byte> payload = _channel.Reserve(header + TaskFrame.HeaderSize + (inSegment ? BufferLocation.Size : block));
        if (item >= 0)
        {
            BinaryPrimitives.WriteInt64LittleEndian(payload, item);
            payload = payload[header..];
        }

        TaskFrame.WriteResponseHeader(payload, sequence, buffers, inSegment, holds is not null);
        if (inSegment)
        {
            location.Write(payload[TaskFrame.HeaderSize..]);
        }
        else
        {
            TaskFrame.WriteBlock(payload[TaskFrame.HeaderSize..], buffers > 0 ? _segments.Buffers : null, bytes);
        }

        _segments.Clear();
        if (holds is not null)
        {
            _held.Enqueue(new HeldResponse(_channel.ResponsePosition, holds));
        }
    }

    private void SendSymbols(int highest)
    {
        while (_symbolsSent <= highest)
        {
            byte[] definition = OutgoingSymbols.Process.GetDefinition(_symbolsSent);
            SymbolFrame.Write(_channel.Reserve(sizeof(int) + definition.Length), _symbolsSent, definition);
            _channel.Commit(FrameKind.Symbol);
            _symbolsSent++;
        }
    }

    private sealed record HeldResponse(long Position, PayloadHolds Holds);
}
