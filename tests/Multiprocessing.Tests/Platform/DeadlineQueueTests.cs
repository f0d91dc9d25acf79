using System.Globalization;
using CsCheck;
using Multiprocessing.Platform.Linux;

namespace Multiprocessing.Tests.Platform;

public class DeadlineQueueTests
{
    [Fact]
    public void Whatever_is_put_in_comes_out_by_the_time_it_is_due() =>
        Gen.OneOf(Gen.Long[0, 20].Select(due => (long?)due), Gen.Const((long?)null)).List[0, 200].Sample(steps =>
        {
            var queue = new DeadlineQueue<string>();
            var model = new List<long>();
            foreach (var step in steps)
            {
                if (step is { } due)
                {
                    queue.Enqueue(due.ToString(CultureInfo.InvariantCulture), due);
                    model.Add(due);
                }
                else if (model.Count > 0)
                {
                    queue.RemoveFirst();
                    model.Remove(model.Min());
                }
                Assert.Equal(model.Count, queue.Count);
                Assert.Equal(model.Count == 0 ? long.MaxValue : model.Min(), queue.FirstDue);
                if (model.Count > 0)
                {
                    Assert.Equal(queue.FirstDue, long.Parse(queue.First, CultureInfo.InvariantCulture));
                }
            }
        });
}
