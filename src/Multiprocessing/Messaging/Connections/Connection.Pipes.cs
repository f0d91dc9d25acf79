using Multiprocessing.Memory;
using Multiprocessing.Messaging.Connections;
using Multiprocessing.Messaging.Queues;

namespace Multiprocessing;

public sealed partial class Connection
{
    /// <summary>Makes a pipe: two connected ends, for processes of this tree.</summary>
    /// <param name="duplex">Whether both ends send and receive. Otherwise the first one only receives and the second one only sends.</param>
    /// <remarks>
    /// <para>Messages go through shared memory. An end can be captured by a lambda, passed as an argument or a result, or sent through
    /// queues and other pipes; who sends it keeps it as well, until he disposes of it.</para>
    /// <para>An end counts as closed when every process that had it has disposed of it or ended, in whatever way. One that lies in a queue or in
    /// another pipe counts as open until it is received as an object, for good if nobody ever does that.</para>
    /// <para>At most 1,000 processes can have the same end at a time, and it can be on 1,000 ways at once: sending it once more is an
    /// <see cref="UnserializableException"/>.</para>
    /// </remarks>
    /// <exception cref="IOException">The tree of processes has no room for another process, or this one no way to the root.</exception>
    public static (Connection First, Connection Second) CreatePipe(bool duplex = true)
    {
        var block = SharedBlock.Allocate(SharedKind.Pipe, PipeLayout.Size, alone: true);
        PreparePipe(block, duplex);
        return (OfPipe(block, 0), OfPipe(block.Duplicate(), 1));
    }

    /// <summary>This end, if it is one of a pipe.</summary>
    internal PipeEndHold? PipeEnd
    {
        get
        {
            ObjectDisposedException.ThrowIf(IsDisposed, this);
            return (_transport as PipeTransport)?.Hold;
        }
    }

    internal static unsafe Connection OfPipe(SharedBlock block, int end)
    {
        bool isDuplex = (*(int*)(block.Pointer + PipeLayout.Flags) & PipeLayout.IsDuplex) != 0;
        return new Connection(new PipeTransport(new PipeEndHold(block, end), isDuplex), new ConnectionOptions());
    }

    private static unsafe void PreparePipe(SharedBlock block, bool duplex)
    {
        *(int*)(block.Pointer + PipeLayout.Flags) = duplex ? PipeLayout.IsDuplex : 0;
        for (int end = 0; end < 2; end++)
        {
            QueueRing.Prepare(
                block, PipeLayout.Cells, PipeLayout.Capacity, PipeLayout.MaxBytes, tracksCompletion: false, PipeLayout.RingOffset(end));
        }
    }
}
