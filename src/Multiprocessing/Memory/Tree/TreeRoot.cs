using Multiprocessing.Platform;

namespace Multiprocessing.Memory;

/// <summary>What the root of a tree keeps for all its processes: the broker, the participants, a connection for each member.</summary>
internal sealed class TreeRoot : ITreeConnector, IDisposable
{
    private readonly Lock _lock = new();
    private readonly HashSet<MemberConnection> _members = [];

    public TreeRoot()
    {
        Broker = new Broker();
        HandOver = new LocalHandOver(Broker);
    }

    public Broker Broker { get; }

    /// <summary>The hand-over for the root's own use.</summary>
    public IHandOver HandOver { get; }

    public ParticipantRegistry Participants { get; } = new();

    public int MemberCount
    {
        get
        {
            lock (_lock)
            {
                return _members.Count;
            }
        }
    }

    /// <summary>Makes a connection for one more process: the end to hand to it.</summary>
    public KernelHandle Admit()
    {
        (ControlSocket mine, KernelHandle theirs) = Kernel.ControlSockets.CreatePair();
        lock (_lock)
        {
            // Under the lock, as the loop may forget the member before this line ends.
            _members.Add(new MemberConnection(this, mine));
        }

        return theirs;
    }

    public void RequestConnection(Action<KernelHandle?> completed) => completed(Admit());

    public void Forget(MemberConnection member)
    {
        lock (_lock)
        {
            _members.Remove(member);
        }
    }

    public void Dispose()
    {
        // Members belong to the event loop.
        using var done = new ManualResetEventSlim();
        Kernel.EventLoop.Post(() =>
        {
            MemberConnection[] members;
            lock (_lock)
            {
                members = [.. _members];
            }

            Array.ForEach(members, static member => member.OnDeath());
            done.Set();
        });
        done.Wait();
        Broker.Dispose();
        Participants.Dispose();
    }
}
