using System.Globalization;
using Multiprocessing.Platform;

namespace Multiprocessing.Processes;

/// <summary>Who this process is in the tree: set once by the bootstrap, else the root of a tree.</summary>
internal static class ProcessIdentity
{
    private const string RootName = "MainProcess";
    private static readonly Lazy<long> LazyStartTime = new(static () => Kernel.Lifetime.StartTimeOf(Environment.ProcessId));
    private static int ChildCount;

    /// <summary>0 in the root.</summary>
    public static int Depth { get; private set; }

    /// <summary>The numbers on the way from the root: <c>1:2</c>; empty in the root.</summary>
    public static string Path { get; private set; } = "";

    public static string Name { get; set; } = RootName;

    public static bool IsBackground { get; private set; }

    public static string? ParentName { get; private set; }

    public static int ParentId { get; private set; }

    public static long ParentStartTime { get; private set; }

    /// <summary>When this process started. Read only when somebody asks, because reading it takes a new process milliseconds.</summary>
    public static long StartTime => LazyStartTime.Value;

    public static void Become(Claim claim, WorkerGuard guard)
    {
        Depth = guard.Depth;
        Path = claim.Path;
        Name = claim.Name;
        IsBackground = claim.IsBackground;
        ParentName = claim.ParentName;
        ParentId = guard.ParentId;
        ParentStartTime = guard.ParentStartTime;
    }

    /// <summary>The path of the next child of this process.</summary>
    public static string NextChildPath()
    {
        string number = Interlocked.Increment(ref ChildCount).ToString(CultureInfo.InvariantCulture);
        return Path.Length == 0 ? number : $"{Path}:{number}";
    }
}
