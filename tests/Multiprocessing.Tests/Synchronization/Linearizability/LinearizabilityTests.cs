using System.Diagnostics;
using System.Globalization;

namespace Multiprocessing.Tests.Synchronization.Linearizability;

public sealed class LinearizabilityOfThreadsTests() : LinearizabilityContract(OtherSide.Threads);

public sealed class LinearizabilityOfProcessesTests() : LinearizabilityContract(OtherSide.Standby);

/// <summary>All begin at the same moment, so that they meet. More of it: MULTIPROCESSING_TEST_ROUNDS=N.</summary>
public abstract class LinearizabilityContract(OtherSide side) : SharedContract(side)
{
    private const int Steps = 20;

    private static int Rounds =>
        int.TryParse(Environment.GetEnvironmentVariable("MULTIPROCESSING_TEST_ROUNDS"), CultureInfo.InvariantCulture, out int many) ? many : 60;

    [Fact(Timeout = 600_000)]
    public async Task Whatever_users_of_a_lock_see_there_is_an_order_for_it()
    {
        for (int round = 0; round < Rounds; round++)
        {
            using var mutex = new ProcessLock();
            var histories = await MeetAsync(round, mutex, LockHistories.Use);
            LockHistories.Model.AssertLinearizable(histories.SelectMany(static history => history));
        }
    }

    [Fact(Timeout = 600_000)]
    public async Task Whatever_users_of_a_semaphore_see_there_is_an_order_for_it()
    {
        for (int round = 0; round < Rounds; round++)
        {
            using var semaphore = new ProcessSemaphore(SemaphoreHistories.Initial, SemaphoreHistories.Maximum);
            var histories = await MeetAsync(round, semaphore, SemaphoreHistories.Use);
            SemaphoreHistories.Model.AssertLinearizable(histories.SelectMany(static history => history));
        }
    }

    [Fact(Timeout = 600_000)]
    public async Task Whatever_users_of_an_event_see_there_is_an_order_for_it()
    {
        for (int round = 0; round < Rounds; round++)
        {
            using var e = new ProcessEvent();
            var histories = await MeetAsync(round, e, EventHistories.Use);
            EventHistories.Model.AssertLinearizable(histories.SelectMany(static history => history));
        }
    }

    [Theory(Timeout = 600_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Whatever_parties_of_a_barrier_see_there_is_an_order_for_it(bool peacefully)
    {
        Func<ProcessBarrier, int, int, int, List<Recorded<(BarrierStep, int)>>> use =
            peacefully ? BarrierHistories.UsePeacefully : BarrierHistories.Use;
        for (int round = 0; round < Rounds; round++)
        {
            using var barrier = new ProcessBarrier(BarrierHistories.Parties);
            var histories = await MeetAsync(round, barrier, use);
            BarrierHistories.Model.AssertLinearizable(histories.SelectMany(static history => history));
        }
    }

    private async Task<List<Recorded<T>>[]> MeetAsync<TShared, T>(int round, TShared shared, Func<TShared, int, int, int, List<Recorded<T>>> use)
    {
        long start = Stopwatch.GetTimestamp() + (Stopwatch.Frequency / 1000);
        return await Task.WhenAll(Enumerable.Range(0, Workers).Select(actor => Others.RunAsync(
            static work =>
            {
                SpinWait.SpinUntil(() => Stopwatch.GetTimestamp() >= work.start);
                return work.use(work.shared, work.actor, work.seed, Steps);
            },
            (start, shared, use, actor, seed: (round * 100) + actor))));
    }
}
