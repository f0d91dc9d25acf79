using Multiprocessing.Memory;
using Multiprocessing.Messaging.Queues;
using Multiprocessing.Tests.Memory.Sharing;
using Multiprocessing.Tests.Synchronization;

namespace Multiprocessing.Tests.Messaging.Queues;

/// <summary>More kills: MULTIPROCESSING_TEST_ROUNDS=N, which is for each of these.</summary>
public sealed class QueueKillingTests
{
    private const int KillsOfOneQueue = 20;

    [Theory(Timeout = 3_600_000)]
    [InlineData(1, 4096)]
    [InlineData(2, 3)]
    [Trait("PainPoint", "7")]
    public Task Each_number_is_delivered_once_or_died_with_who_had_it(int seed, int capacity) => RunAsync(
        "numbers",
        seed,
        new ProcessQueueOptions { Capacity = capacity },
        static work => work.Produce(static (number, _) => number),
        static (QueueWork<int> work) => work.Consume(static item => item));

    [Theory(Timeout = 3_600_000)]
    [InlineData(8, 4096, false)]
    [InlineData(9, 30, true)]
    public Task Each_number_of_a_batch_is_delivered_once_or_died_with_who_had_the_batch(int seed, int capacity, bool isLeased) => RunAsync(
        "numbers in batches",
        seed,
        new ProcessQueueOptions { Capacity = capacity, TracksCompletion = isLeased },
        static work => work.ProduceBatches(static (number, _) => number),
        static (QueueWork<int> work) => work.ConsumeBatches(static item => item),
        costOfKill: QueueBoard.BatchSize);

    [Theory(Timeout = 3_600_000)]
    [InlineData(3)]
    [Trait("PainPoint", "8")]
    public Task Each_leased_number_is_delivered_until_it_is_done(int seed) => RunAsync(
        "leased numbers",
        seed,
        new ProcessQueueOptions { Capacity = 100, TracksCompletion = true },
        static work => work.Produce(static (number, _) => number),
        static (QueueWork<int> work) => work.Consume(static item => item));

    [Theory(Timeout = 3_600_000)]
    [InlineData(4, false)]
    [InlineData(5, true)]
    public Task Shared_objects_in_items_are_not_lost_and_leave_little_behind(int seed, bool isLeased) => RunAsync(
        "items with a shared object",
        seed,
        new ProcessQueueOptions { Capacity = 50, TracksCompletion = isLeased },
        static work => work.Produce(static (number, tag) => new Tagged(number, tag, [])),
        static (QueueWork<Tagged> work) => work.Consume(NumberOf));

    [Theory(Timeout = 3_600_000)]
    [InlineData(6, false)]
    [InlineData(7, true)]
    public Task Items_larger_than_the_buffer_are_not_lost_and_leave_little_behind(int seed, bool isLeased) => RunAsync(
        "large items",
        seed,
        new ProcessQueueOptions { Capacity = 50, BufferSize = 4096, TracksCompletion = isLeased },
        static work => work.Produce(static (number, tag) => new Tagged(number, null, new byte[5000])),
        static (QueueWork<Tagged> work) => work.Consume(NumberOf));

    private static async Task RunAsync<T>(
        string what, int seed, ProcessQueueOptions options, Action<QueueWork<T>> produce, Action<QueueWork<T>> consume, int costOfKill = 1)
    {
        var total = new QueueTally();
        BrokerCounts before = await CountsAsync();
        for (int left = Killing.Kills(KillsOfOneQueue), kills; left > 0; left -= kills)
        {
            QueueTally tally = await RunOneAsync(options, seed + left, Math.Min(left, KillsOfOneQueue), produce, consume);
            kills = tally.Producers + tally.Consumers;
            Assert.NotEqual(0, kills);
            Assert.InRange(tally.Lost, 0, costOfKill * (options.TracksCompletion ? tally.Producers : tally.Producers + tally.Consumers));
            Assert.InRange(tally.Repeated, 0, options.TracksCompletion ? costOfKill * tally.Consumers : 0);
            total.Add(tally);

            // The queue is let go of, here and at the root, before the next one is counted.
            await GoBackAsync(before);
        }

        total.Report($"{what}, seed {seed}");
    }

    private static async Task<QueueTally> RunOneAsync<T>(
        ProcessQueueOptions options, int seed, int kills, Action<QueueWork<T>> produce, Action<QueueWork<T>> consume)
    {
        using var queue = new ProcessQueue<T>(options);
        using var board = new SharedProbe(QueueBoard.Bytes);
        using var tag = new SharedProbe();
        int parked = (await CountsAsync()).Parked;
        var killing = new QueueKilling<T>(new QueueWork<T>(queue, board, tag, options.TracksCompletion), seed);
        await killing.RunAsync(kills, produce, consume);
        Assert.InRange((await CountsAsync()).Parked - parked, 0, killing.Tally.Producers + killing.Tally.Consumers + QueueLayout.Stores);
        return killing.Tally;
    }

    private static async Task GoBackAsync(BrokerCounts before)
    {
        for (int i = 0; i < 100 && await CountsAsync() != before; i++)
        {
            await Task.Delay(50);
        }

        Assert.Equal(before, await CountsAsync());
    }

    private static int NumberOf(Tagged item)
    {
        item.Tag?.Dispose();
        return item.Number;
    }

    private static async Task<BrokerCounts> CountsAsync()
    {
        BrokerCounts counts;
        do
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            SharedHeap.Trim();
            counts = ProcessTree.Root.Broker.Counts;
            await Task.Delay(50);
        }
        while (counts != ProcessTree.Root.Broker.Counts);
        return counts;
    }

    internal sealed record Tagged(int Number, SharedProbe? Tag, byte[] Bytes);
}
