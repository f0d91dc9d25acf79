using System.Diagnostics;

namespace Multiprocessing.Pools;

/// <summary>Which trace a call belongs to, as it travels: the headers of W3C Trace Context.</summary>
internal sealed record TraceContext(string Parent, string? State)
{
    /// <summary>Longer ones may be dropped, says the specification.</summary>
    private const int LongestState = 512;

    /// <summary>That of an activity; null: it has none of this format.</summary>
    internal static TraceContext? Of(Activity? activity) => activity is { IdFormat: ActivityIdFormat.W3C, Id: { } id }
        ? new TraceContext(id, activity.TraceStateString is { Length: <= LongestState } state ? state : null)
        : null;
}
