using Multiprocessing.Messaging.Rings;

namespace Multiprocessing.Tests.Messaging;

/// <summary>How often a wait spins before it sleeps.</summary>
public sealed class SpinBudgetTests
{
    [Fact]
    public void Who_spins_in_vain_soon_stops_and_tries_again_more_and_more_rarely_until_it_succeeds()
    {
        var budget = new SpinBudget();
        for (int round = 0; round < 2; round++)
        {
            Assert.InRange(WaitsUntilSpin(budget, failures: 10), 50, 64);
            Assert.Equal([128, 256, 512, 512, 512], Enumerable.Range(0, 5).Select(_ => WaitsUntilSpin(budget, failures: 1)));
            budget.Begin();
            budget.End(succeeded: true);
            Assert.NotEqual(0, budget.Begin());
        }
    }

    /// <summary>Lets it fail as often as it spins, up to a number.</summary>
    /// <returns>After how many waits it spins once more.</returns>
    private static int WaitsUntilSpin(SpinBudget budget, int failures)
    {
        for (int i = 0; i < failures; i++)
        {
            budget.End(succeeded: false);
        }

        int waits = 1;
        while (budget.Begin() == 0)
        {
            waits++;
        }

        return waits;
    }
}
