using Compare.Limits;

namespace Compare.Peers;

/// <summary><see cref="Parallel"/>.ForEach: threads of one process, for scale. Nothing is serialized, and nothing can be killed.</summary>
internal sealed class ParallelPeer() : Peer(PeerSet.Parallel)
{
    internal override string Version => Environment.Version.ToString();

    internal override bool IsPresent => true;

    internal override bool IsForScale => true;

    /// <summary>"tasks SECONDS COUNT": tasks per second.</summary>
    internal override double Measure(string command)
    {
        var words = command.Split(' ');
        return ParallelThreads.ForEach(double.Parse(words[1], CultureInfo.InvariantCulture), int.Parse(words[2], CultureInfo.InvariantCulture));
    }

    public override void Dispose()
    {
    }
}
