namespace Compare;

/// <summary>What came out of a row: medians in its unit, null where there is nothing.</summary>
internal sealed record RowResult(
    string Area, Row Row, double? Ours, IReadOnlyDictionary<string, double?> Peers, double? Limit, IReadOnlyList<string> Problems)
{
    internal double? Budget => Row.Budget?.Resolve(Limit);

    internal bool? Met => Ours is { } ours && Budget is { } budget ? Row.Unit.IsMet(ours, budget) : null;

    /// <summary>The best of the peers that do the same.</summary>
    internal string? BestPeer => Peers.Where(IsRival).OrderBy(p => Row.Unit.Ratio(1, p.Value!.Value)).FirstOrDefault().Key;

    /// <summary>How many times better than the best peer; null also if one of the two is nothing at all.</summary>
    internal double? Ratio => Ours is { } ours and not 0 && BestPeer is { } best && Peers[best] is { } theirs and not 0 ? Row.Unit.Ratio(ours, theirs) : null;

    /// <summary>The peers that do not count in the ratio.</summary>
    internal IReadOnlyCollection<string> ForScale { get; init; } = [];

    /// <summary>Evenly spaced quantiles of single calls, by whose they are, in the row's unit: from the least to the greatest.</summary>
    internal IReadOnlyDictionary<string, double[]> Distributions { get; init; } = new Dictionary<string, double[]>();

    private bool IsRival(KeyValuePair<string, double?> peer) => peer.Value is not null && !ForScale.Contains(peer.Key);
}
