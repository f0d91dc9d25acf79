namespace Multiprocessing.Memory;

/// <summary>A process in the root's table of holders. All fields belong to the broker's lock.</summary>
internal sealed class Holder
{
    public Dictionary<Segment, int> Holds { get; } = [];

    /// <summary>The process has ended. What it asked for before and is read only now must not make a hold any more.</summary>
    public bool IsGone { get; set; }
}
