using Multiprocessing.Messaging.Queues;

namespace Multiprocessing.Messaging.Connections;

/// <summary>Sends a message. Nobody may send to a peer that is gone.</summary>
internal readonly ref struct PipeSend(PipeTransport pipe, ReadOnlySpan<byte> item, long elsewhere) : IAttempt
{
    private readonly ReadOnlySpan<byte> _item = item;

    public bool Try()
    {
        pipe.CheckPeer();
        return pipe.Hold.Outgoing.TryPut(_item, elsewhere) == QueueOutcome.Done;
    }
}

/// <summary>Takes the next message, or only looks for it.</summary>
internal struct PipeReceive(PipeTransport pipe, bool takes) : IAttempt
{
    private long _position;

    /// <summary>Of the message that was taken.</summary>
    public readonly long Position => _position;

    public bool Try()
    {
        if (Look())
        {
            return true;
        }

        pipe.CheckOpen();
        if (!pipe.Hold.IsPeerGone)
        {
            return false;
        }

        // What was sent before the end is found in any case.
        return Look() ? true : throw new EndOfStreamException("The peer has closed the connection, or died.");
    }

    private bool Look() => takes
        ? pipe.Hold.Incoming.TryTake(out _position) == QueueOutcome.Done
        : pipe.Hold.Incoming.HasItem;
}
