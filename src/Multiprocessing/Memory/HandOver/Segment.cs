using Multiprocessing.Platform;

namespace Multiprocessing.Memory;

/// <summary>An object known to the tree, as the root keeps it. All fields belong to the broker's lock.</summary>
internal sealed class Segment(Guid token, KernelHandle handle)
{
    public Guid Token => token;

    public KernelHandle Handle => handle;

    /// <summary>The holds of all processes together.</summary>
    public int Holds { get; set; }

    /// <summary>The references to this object that are parked somewhere.</summary>
    public HashSet<ParkedReference> ParkedElsewhere { get; } = [];

    /// <summary>The references to other objects that are parked in this one.</summary>
    public HashSet<ParkedReference> Contents { get; } = [];

    public HashSet<string> Names { get; } = new(StringComparer.Ordinal);

    public bool IsClosed { get; set; }

    /// <summary>
    /// Whether a process holds this object, or an object that it is parked in, and so on. Two objects parked in each other keep
    /// nothing alive; hence the set of those seen on the way.
    /// </summary>
    public bool IsReachable(HashSet<Segment>? seen = null)
    {
        if (Holds > 0)
        {
            return true;
        }

        seen ??= [];
        if (!seen.Add(this))
        {
            return false;
        }

        foreach (ParkedReference reference in ParkedElsewhere)
        {
            if (reference.Container is null || reference.Container.IsReachable(seen))
            {
                return true;
            }
        }

        return false;
    }
}
