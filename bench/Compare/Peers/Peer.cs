namespace Compare.Peers;

/// <summary>Somebody to compare with.</summary>
internal abstract class Peer(string name) : IDisposable
{
    internal string Name => name;

    /// <summary>The version, or why it is absent.</summary>
    internal abstract string Version { get; }

    internal abstract bool IsPresent { get; }

    /// <summary>Whether it does something else, and is there to give an idea of the scale: it does not count in the ratio.</summary>
    internal virtual bool IsForScale => false;

    /// <summary>Runs one measurement; the answer is in seconds, tasks per second or bytes.</summary>
    /// <exception cref="InvalidOperationException">The peer failed; the message is what it said.</exception>
    internal abstract double Measure(string command);

    public abstract void Dispose();
}

/// <summary>A peer that is not installed: named, with empty columns.</summary>
internal sealed class AbsentPeer(string name, string reason) : Peer(name)
{
    internal override string Version => $"absent ({reason})";

    internal override bool IsPresent => false;

    internal override double Measure(string command) => throw new InvalidOperationException(Version);

    public override void Dispose()
    {
    }
}
