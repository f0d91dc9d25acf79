namespace Multiprocessing.Tests.Messaging;

/// <summary>What messages without references cost the garbage collector: nothing, whether they are waited for or not.</summary>
public sealed class MessageAllocationTests
{
    private const int Messages = 2000;

    [Fact]
    public void Numbers_and_structs_go_through_a_queue_without_allocation()
    {
        using var numbers = new ProcessQueue<int>();
        using var structs = new ProcessQueue<(long, Int128, Int128, Int128)>();
        int[] batch = new int[100];
        int sum = 0;
        AllocatesNothing(() =>
        {
            numbers.Put(1);
            sum += numbers.Get();
            sum += numbers.TryPut(1) && numbers.TryGet(out int item) ? item : 0;
            structs.Put((1, 2, 3, 4));
            sum += (int)structs.Get().Item1;
            numbers.PutMany(batch);
            sum += numbers.GetMany(batch);
            sum += numbers.TryGet(out _, TimeSpan.Zero) ? 1 : 0;
        });
        Assert.NotEqual(0, sum);
    }

    [Fact]
    public void Leased_numbers_go_through_a_queue_without_allocation()
    {
        using var queue = new ProcessQueue<int>(new() { TracksCompletion = true });
        AllocatesNothing(() =>
        {
            queue.Put(1);
            queue.Get();
            queue.TaskDone();
        });
    }

    [Fact]
    public void Bytes_go_through_a_pipe_without_allocation()
    {
        (Connection one, Connection other) = Connection.CreatePipe();
        byte[] message = new byte[64];
        byte[] large = new byte[3000];
        AllocatesNothing(() =>
        {
            one.SendBytes(message);
            other.ReceiveBytes(message.AsSpan());
            one.SendBytes(large);
            other.ReceiveBytes(large.AsSpan());
        });
        one.Dispose();
        other.Dispose();
    }

    [Fact]
    public void Waiting_for_a_number_allocates_nothing()
    {
        using var queue = new ProcessQueue<int>();
        using var back = new ProcessQueue<int>();
        var echo = new Thread(() =>
        {
            foreach (int item in queue.GetAll())
            {
                back.Put(item);
            }
        });
        echo.Start();
        AllocatesNothing(() =>
        {
            queue.Put(1);
            back.Get();
        });
        queue.Complete();
        echo.Join();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_object_through_a_queue_costs_itself_and_a_few_hundred_bytes_more_however_large_it_is(bool inBatches)
    {
        // 240 to 464 bytes by size, and what the collections that large arrays cause throw away, which is made anew.
        const int More = 800;
        const int InBatch = 4;
        var batch = new Reading[InBatch];
        foreach (int size in (int[])[0, 1000, 20_000, 200_000])
        {
            using var queue = new ProcessQueue<Reading>();
            Array.Fill(batch, new Reading(1, 0.5, "sensor 7", new byte[size]));
            long own = BytesOf(100, () => _ = new Reading(1, 0.5, new string('x', 8), new byte[size]));
            long all = BytesOf(100, () =>
            {
                queue.PutMany(batch.AsSpan(0, inBatches ? InBatch : 1));
                for (int got = 0; got < (inBatches ? InBatch : 1);)
                {
                    got += queue.GetMany(batch.AsSpan(got));
                }
            }) / (inBatches ? InBatch : 1);
            Assert.InRange(all, own, own + More);
        }
    }

    /// <summary>
    /// What a call allocates, on average, when it has been made often: the least of some rounds, because in one of them the collector may have
    /// emptied the pools of arrays, which are filled again then.
    /// </summary>
    private static long BytesOf(int calls, Action action)
    {
        for (int i = 0; i < Messages; i++)
        {
            action();
        }

        long least = long.MaxValue;
        for (int round = 0; round < 5; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < calls; i++)
            {
                action();
            }

            least = Math.Min(least, (GC.GetAllocatedBytesForCurrentThread() - before) / calls);
        }

        return least;
    }

    private static void AllocatesNothing(Action action)
    {
        // What is made once, and what the compiler makes of code that is used often.
        for (int i = 0; i < Messages; i++)
        {
            action();
        }

        // Less than a byte for each: rarely a queue of the framework grows, or a pool of arrays fills up again. The least of some rounds: on a
        // busy machine the compiler takes its time.
        long least = long.MaxValue;
        for (int round = 0; round < 10 && least >= Messages; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < Messages; i++)
            {
                action();
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.InRange(least, 0, Messages - 1);
    }

    internal sealed record Reading(int Number, double Time, string Source, byte[] Samples);
}
