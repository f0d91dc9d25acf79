using Compare.Peers;

namespace Compare;

/// <summary>Runs the rows of an area: in every round each row, in every row ours, the limit and the peers one after the other.</summary>
internal static class AreaRun
{
    internal static IReadOnlyList<RowResult> Run(Area area, AreaRows rows, IReadOnlyList<Peer> peers, Effort effort, bool withDistributions)
    {
        var contests = rows.Rows.Select(row => new Contest(row, peers)).ToList();
        for (var round = 0; round < effort.Rounds; round++)
        {
            foreach (var contest in contests)
            {
                Progress.Show(area.Name, round, effort.Rounds, contest.Row.Name);
                contest.Take(round);
            }
        }
        Progress.Clear();
        return [.. contests.Select(c => c.ToResult(area.Name, withDistributions))];
    }

    private sealed class Contest(Row row, IReadOnlyList<Peer> peers)
    {
        private readonly Samples _ours = new();
        private readonly Samples _limit = new();
        private readonly Dictionary<string, Samples> _peers = peers.ToDictionary(p => p.Name, _ => new Samples());

        internal Row Row => row;

        internal void Take(int round)
        {
            if (round >= row.MaxRounds)
            {
                return;
            }
            // Who comes first changes from round to round: nobody always runs on caches that another one left.
            if (round % 2 == 0)
            {
                TakeOurs();
                TakePeers();
            }
            else
            {
                TakePeers();
                TakeOurs();
            }
        }

        internal RowResult ToResult(string area, bool withDistributions)
        {
            var problems = _peers.Append(new("ours", _ours)).Append(new("limit", _limit))
                .Where(p => p.Value.Problem is not null).Select(p => $"{p.Key}: {p.Value.Problem}").ToList();
            return new RowResult(area, row, _ours.Median, _peers.ToDictionary(p => p.Key, p => p.Value.Median), _limit.Median, problems)
            {
                ForScale = [.. peers.Where(p => p.IsForScale).Select(p => p.Name)],
                Distributions = withDistributions
                    ? row.Distributions.ToDictionary(d => d.Key, d => Samples.Quantiles([.. d.Value().Select(v => v * row.Unit.PerBasicUnit)]))
                    : new Dictionary<string, double[]>(),
            };
        }

        private void TakeOurs()
        {
            if (row.Ours is { } ours)
            {
                _ours.Take(ours, row.Unit.PerBasicUnit);
            }
            if (row.Limit is { } limit)
            {
                _limit.Take(limit, row.Unit.PerBasicUnit);
            }
        }

        private void TakePeers()
        {
            foreach (var peer in peers)
            {
                if (peer.IsPresent && row.Peers.TryGetValue(peer.Name, out var command))
                {
                    _peers[peer.Name].Take(() => peer.Measure(command), row.Unit.PerBasicUnit);
                }
            }
        }
    }
}
