using Compare.Peers;

namespace Compare.Pools;

/// <content>The rows about more workers and more tasks.</content>
internal sealed partial class PoolRows
{
    private static IEnumerable<Row> Scaling(Effort effort)
    {
        foreach (var workers in effort.Quick ? new[] { 1, 16 } : [1, 2, 4, 16, 64, 256])
        {
            var count = effort.Calls(200_000);
            yield return new()
            {
                Name = $"processor time of an un-batched task, {workers} worker{(workers == 1 ? "" : "s")}",
                Unit = Unit.Microseconds,
                MaxRounds = 1,
                Ours = () => ScalingUse.TimePerTask(workers, count),
            };
        }
        foreach (var workers in effort.Quick ? new[] { 16 } : [1, 16, 256])
        {
            yield return new()
            {
                Name = $"processor time of an idle worker, of {workers}",
                Unit = Unit.Millionths,
                MaxRounds = 1,
                Ours = () => ScalingUse.IdleShare(workers),
            };
        }
        foreach (var count in effort.Quick ? new[] { 1_000_000 } : [1_000_000, 10_000_000])
        {
            var items = $"{count / 1_000_000} million items";
            yield return new()
            {
                Name = $"stream of {items}",
                Unit = Unit.Rate,
                MaxRounds = 1,
                Ours = () => ScalingUse.Stream(count).Rate,
                Peers = Of($"stream {count}", PeerSet.Pool),
            };
            yield return new()
            {
                Name = $"stream of {items}, growth of the caller",
                Unit = Unit.Megabytes,
                MaxRounds = 1,
                Ours = () => ScalingUse.Stream(count).Growth,
                Peers = Of($"stream_growth {count}", PeerSet.Pool),
            };
        }
    }
}
