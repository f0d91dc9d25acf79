using Multiprocessing.Memory;
using Multiprocessing.Serialization;

namespace Multiprocessing.Messaging.Connections;

/// <summary>
/// Sends an end of a pipe: the pipe's memory, which end, and the journey that stands for it until it arrives. The sender keeps its own object;
/// the end is open until all are closed.
/// </summary>
internal sealed class ConnectionCodec : IPayloadCodec<Connection>
{
    public void Write(PayloadWriter writer, Connection value)
    {
        PipeEndHold hold = value.PipeEnd ?? throw new UnserializableException("a connection over a socket stays in the process that made it.");
        hold.Block.WriteReference(writer);
        var journey = new PipeJourney(hold);
        writer.Hold(journey);
        writer.WriteByte((byte)hold.End);
        writer.WriteInt32(journey.Place);
        writer.WriteInt64((long)journey.Mark);
        GC.KeepAlive(value);
    }

    public Connection Read(ref PayloadReader reader)
    {
        SharedBlock block = SharedBlock.ReadReference(ref reader, SharedKind.Pipe);
        int end = reader.ReadByte();
        int place = reader.ReadInt32();
        ulong mark = (ulong)reader.ReadInt64();
        if (end > 1)
        {
            throw new PayloadException("A pipe has two ends.");
        }

        Connection connection = Connection.OfPipe(block, end);
        connection.PipeEnd!.Ends.Arrive(end, place, mark);
        return connection;
    }
}

/// <summary>An end that is on its way in a payload.</summary>
internal sealed class PipeJourney : IJourney
{
    private readonly PipeEndHold _hold;
    private bool _isEntrusted;

    public PipeJourney(PipeEndHold hold)
    {
        _hold = hold;
        (Place, Mark) = hold.Ends.Depart(hold.End);
    }

    public int Place { get; }

    public ulong Mark { get; }

    public void Entrust()
    {
        _isEntrusted = true;
        _hold.Ends.Entrust(_hold.End, Place, Mark);
        GC.KeepAlive(_hold.Block);
    }

    public void End()
    {
        if (_hold.Ends.Arrive(_hold.End, Place, Mark))
        {
            _hold.CallBack();
        }
    }

    public void Dispose()
    {
        if (!_isEntrusted && _hold.Ends.Abandon(_hold.End, Place, Mark))
        {
            _hold.CallBack();
        }
    }
}
