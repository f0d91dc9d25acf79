using Multiprocessing.Memory;
using Multiprocessing.Messaging.Queues;

namespace Multiprocessing.Messaging.Connections;

/// <summary>
/// This process's use of one end of a pipe: the memory, the entry that says so, and how it is given up. Known to a table of the process until
/// then, so that an end that nobody closed can be given up when it was found to be garbage.
/// </summary>
internal sealed class PipeEndHold
{
    private static readonly Lock Gate = new();
    private static readonly HashSet<PipeEndHold> Held = [];
    private readonly SharedBlock _block;
    private int _isReleased;

    /// <param name="block">The pipe.</param>
    /// <param name="end">0 or 1.</param>
    public PipeEndHold(SharedBlock block, int end)
    {
        _block = block;
        End = end;
        Participant self = ProcessTree.Participant;
        WaitRegistry waits = ProcessTree.Waits;
        Ends = new PipeEnds(block, self);
        Outgoing = new RingPort(block, PipeLayout.RingOffset(end), self, waits);
        Incoming = new RingPort(block, PipeLayout.RingOffset(1 - end), self, waits);
        Ends.Join(end);
        lock (Gate)
        {
            Held.Add(this);
        }
    }

    public SharedBlock Block => _block;

    public int End { get; }

    public PipeEnds Ends { get; }

    /// <summary>The messages that this end sends.</summary>
    public RingPort Outgoing { get; }

    public RingPort Incoming { get; }

    /// <summary>Whether nobody can receive what this end sends, or send what it receives.</summary>
    public bool IsPeerGone => !Ends.IsHeld(1 - End);

    /// <summary>Once; the memory stays until nobody can be inside.</summary>
    public void Release()
    {
        if (Interlocked.Exchange(ref _isReleased, 1) != 0)
        {
            return;
        }

        Ends.Leave(End);
        CallBack();
        lock (Gate)
        {
            Held.Remove(this);
        }
    }

    /// <summary>Makes all who wait at the other end look whether this one is gone, and those who wait here whether they are closed.</summary>
    public void CallBack()
    {
        Outgoing.CallBack();
        Incoming.CallBack();
        GC.KeepAlive(_block);
    }
}
