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

    private static void AllocatesNothing(Action action)
    {
        // What is made once, and what the compiler makes of code that is used often.
        for (int i = 0; i < Messages; i++)
        {
            action();
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Messages; i++)
        {
            action();
        }

        // Less than a byte for each: rarely a queue of the framework grows, or a pool of arrays fills up again.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Messages - 1);
    }
}
