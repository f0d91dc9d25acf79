namespace Compare.Peers;

/// <summary>Something of a peer that has a column of its own; the peer's process does the measuring.</summary>
internal sealed class PartOfPeer(string name, Peer whole) : Peer(name)
{
    internal override string Version => whole.Version;

    internal override bool IsPresent => whole.IsPresent;

    internal override double Measure(string command) => whole.Measure(command);

    public override void Dispose()
    {
    }
}
