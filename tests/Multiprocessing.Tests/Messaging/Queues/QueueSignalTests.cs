using Multiprocessing.Messaging.Queues;

namespace Multiprocessing.Tests.Messaging.Queues;

/// <summary>Who waits shows it, and is woken once; nobody is woken for who has gone.</summary>
public sealed unsafe class QueueSignalTests
{
    private const int Mark = 1;
    private const int Waiters = 2;

    [Fact]
    public void After_one_who_waited_alone_nobody_is_to_be_woken()
    {
        using var queue = new ProcessQueue<int>();
        for (int i = 0; i < 20; i++)
        {
            Thread getting = Get(queue);
            Until(() => Word(queue, Mark) == 1);
            queue.Put(i);
            getting.Join();
            Assert.Equal((0, 0), (Word(queue, Mark), Word(queue, Waiters)));
        }
    }

    [Fact]
    public void Of_two_who_wait_the_one_who_is_woken_sees_to_it_that_the_other_one_will_be()
    {
        using var queue = new ProcessQueue<int>();
        for (int i = 0; i < 20; i++)
        {
            Thread[] getting = [Get(queue), Get(queue)];
            Until(() => Word(queue, Waiters) == 2 && Word(queue, Mark) == 1);
            queue.Put(1);
            Until(() => Word(queue, Waiters) == 1 && Word(queue, Mark) == 1);
            queue.Put(2);
            Array.ForEach(getting, static thread => thread.Join());
            Assert.Equal(0, Word(queue, Waiters));
        }
    }

    [Fact]
    public void One_who_died_while_it_waited_is_still_counted_and_harms_nobody()
    {
        using var queue = new ProcessQueue<int>();
        using var child = ChildProcess.Create(static (ProcessQueue<int> queue) => queue.Get(), queue);
        child.Start();
        Until(() => Word(queue, Waiters) == 1);
        child.Kill();
        child.Join();
        for (int i = 0; i < 3; i++)
        {
            Thread getting = Get(queue);
            Until(() => Word(queue, Waiters) == 2);
            queue.Put(i);
            getting.Join();
        }

        Assert.Equal(1, Word(queue, Waiters));
    }

    private static Thread Get(ProcessQueue<int> queue)
    {
        var thread = new Thread(() => queue.Get());
        thread.Start();
        return thread;
    }

    private static int Word(ProcessQueue<int> queue, int index)
    {
        int word = Volatile.Read(ref ((int*)(queue.Block.Pointer + QueueLayout.ItemSignal))[index]);
        GC.KeepAlive(queue);
        return word;
    }

    private static void Until(Func<bool> condition) => Assert.True(SpinWait.SpinUntil(condition, TimeSpan.FromSeconds(30)));
}
