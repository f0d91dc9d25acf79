namespace Multiprocessing.Tests.Synchronization.Linearizability;

public sealed class HistoryTests
{
    private enum Step
    {
        Write1,
        Write2,
        Read0,
        Read1,
        Read2,
    }

    private static readonly History<int, Step> Register = new(0, static (state, _, step) => step switch
    {
        Step.Write1 => 1,
        Step.Write2 => 2,
        _ => state == step - Step.Read0 ? state : null,
    });

    [Fact]
    public void A_history_that_has_an_order_is_accepted()
    {
        // The reads overlap both writes and see them in one order.
        Assert.True(Register.IsLinearizable([Of(0, 10, 1, Step.Write1), Of(0, 10, 2, Step.Write2), Of(1, 3, 3, Step.Read2), Of(4, 6, 3, Step.Read1)]));
        Assert.True(Register.IsLinearizable([Of(0, 5, 1, Step.Write1), Of(2, 3, 2, Step.Read0), Of(6, 7, 2, Step.Read1)]));
        Assert.True(Register.IsLinearizable([]));
    }

    [Fact]
    public void A_history_that_has_none_is_refused()
    {
        // Two readers see the writes in different orders; a value is seen before it is written, or no more after it was.
        Assert.False(Register.IsLinearizable(
        [
            Of(0, 10, 1, Step.Write1), Of(0, 10, 2, Step.Write2),
            Of(11, 12, 3, Step.Read1), Of(13, 14, 3, Step.Read2),
        ]));
        Assert.False(Register.IsLinearizable([Of(0, 1, 2, Step.Read1), Of(2, 3, 1, Step.Write1)]));
        Assert.False(Register.IsLinearizable([Of(0, 1, 1, Step.Write1), Of(2, 3, 2, Step.Read0)]));
    }

    [Fact]
    public void A_long_history_is_searched_in_good_time()
    {
        List<Recorded<Step>> history = [];
        for (int i = 0; i < 20; i++)
        {
            history.Add(Of(0, 1000, i, i % 2 == 0 ? Step.Write1 : Step.Write2));
        }

        history.Add(Of(2000, 2001, 50, Step.Read0));
        Assert.False(Register.IsLinearizable(history[..12].Append(history[^1]).ToList()));
    }

    private static Recorded<Step> Of(long start, long end, int actor, Step step) => new(start, end, actor, step);
}
