using Multiprocessing.Memory;

namespace Multiprocessing.Tests.Memory;

/// <summary>A member of a tree as another process would be one, but within this process.</summary>
internal sealed class TestMember : IDisposable
{
    private readonly Lazy<Participant> _participant;
    private readonly Lazy<WaitRegistry> _waits;

    public TestMember(TreeRoot root)
    {
        Root = root;
        Connection = new RootConnection(root.Admit());
        HandOver = new RemoteHandOver(Connection);
        _participant = new Lazy<Participant>(() => Participant.Join(Connection));
        _waits = new Lazy<WaitRegistry>(() => new WaitRegistry(_participant.Value));
    }

    public TreeRoot Root { get; }

    public RootConnection Connection { get; }

    public RemoteHandOver HandOver { get; }

    public Participant Participant => _participant.Value;

    public OwnerId Id => Participant.Id;

    public WaitRegistry Waits => _waits.Value;

    /// <summary>As if the process had died, and the root had noticed.</summary>
    public void Die()
    {
        // The next member in this slot has the same wake word.
        StopThread();
        Root.Participants.MarkDead(Id);
    }

    public void Dispose()
    {
        StopThread();
        if (_participant.IsValueCreated)
        {
            _participant.Value.Table.Dispose();
        }

        Connection.Dispose();
    }

    private void StopThread()
    {
        if (_waits.IsValueCreated)
        {
            _waits.Value.Dispose();
        }
    }
}
