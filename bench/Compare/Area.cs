using Compare.Memory;
using Compare.Messaging;
using Compare.Pools;
using Compare.Starting;
using Compare.Synchronization;

namespace Compare;

/// <summary>One part of the library that is measured.</summary>
internal sealed record Area(string Name, Func<Effort, AreaRows> Open)
{
    /// <summary>All areas there are; a new one is a line here.</summary>
    internal static IReadOnlyList<Area> All { get; } =
    [
        new Area("pool", static effort => new PoolRows(effort)),
        new Area("sync", static effort => new SyncRows(effort)),
        new Area("memory", static effort => new MemoryRows(effort)),
        new Area("messaging", static effort => new MessagingRows(effort)),
        new Area("start", static effort => new StartRows(effort)),
    ];
}

/// <summary>The rows of an area together with what they need, for one run.</summary>
internal abstract class AreaRows : IDisposable
{
    internal abstract IReadOnlyList<Row> Rows { get; }

    /// <summary>How the peers were used, for the reader who doubts.</summary>
    internal abstract IReadOnlyList<string> Notes { get; }

    public abstract void Dispose();
}

/// <summary>How much is done per measurement.</summary>
internal sealed record Effort(bool Quick)
{
    internal int Rounds => Quick ? 3 : 7;

    /// <summary>The usual number of calls, or with <c>--quick</c> a tenth of them.</summary>
    internal int Calls(int usual) => Quick ? Math.Max(1, usual / 10) : usual;
}
