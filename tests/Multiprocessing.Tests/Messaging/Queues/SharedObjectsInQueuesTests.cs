namespace Multiprocessing.Tests.Messaging.Queues;

/// <summary>Every kind of shared object, nested in an object, through a queue and through a pipe to another process, and in use there.</summary>
public sealed class SharedObjectsInQueuesTests
{
    public static TheoryData<StartMethod, bool> Ways => new()
    {
        { StartMethod.Spawn, false }, { StartMethod.Spawn, true }, { StartMethod.Standby, false }, { StartMethod.Standby, true },
    };

    [Theory, MemberData(nameof(Ways))]
    public void They_arrive_as_the_same_objects(StartMethod method, bool throughPipe)
    {
        var mutex = new ProcessLock();
        var recursive = new ProcessRLock();
        var everything = new Everything
        {
            Lock = mutex,
            RLock = recursive,
            Semaphore = new ProcessSemaphore(0, recoverPermits: false),
            Event = new ProcessEvent(),
            Condition = new ProcessCondition(mutex),
            RecursiveCondition = new ProcessCondition(recursive),
            Barrier = new ProcessBarrier(2),
            Value = new SharedValue<long>(1),
            Array = new SharedArray<int>(100_000),
            List = new SharedList(["a", 1, null]),
            Memory = SharedMemory.Create(5000),
        };
        using var queue = new ProcessQueue<Everything>();
        (Connection mine, Connection theirs) = Connection.CreatePipe();
        using ChildProcess child = throughPipe
            ? ChildProcess.Create(static (Connection end) => Use(end.Receive<Everything>()), theirs)
            : ChildProcess.Create(static (ProcessQueue<Everything> given) => Use(given.Get()), queue);
        child.StartMethod = method;
        child.Start();
        if (throughPipe)
        {
            mine.Send(everything);
        }
        else
        {
            queue.Put(everything);
        }

        everything.Barrier.Wait(TestContext.Current.CancellationToken);
        Assert.True(everything.Lock.IsLocked);
        Assert.Equal(AcquireResult.TimedOut, recursive.TryAcquire());
        everything.Event.Set();
        everything.Semaphore.Acquire(TestContext.Current.CancellationToken);
        child.Join();
        Assert.Equal(0, child.ExitCode);
        Assert.False(mutex.IsLocked);
        Assert.Equal(5, everything.Value.Value);
        Assert.Equal(7, everything.Array[99_999]);
        Assert.Equal("b", everything.List[0]);
        Assert.Equal(9, everything.Memory.Span[4999]);
        mine.Dispose();
        theirs.Dispose();
    }

    private static void Use(Everything got)
    {
        got.Lock.Acquire();
        got.RLock.Acquire();
        got.Barrier.Wait();
        got.Event.Wait();
        got.Value.Value = 5;
        got.Array[99_999] = 7;
        got.List[0] = "b";
        got.Memory.Span[4999] = 9;
        got.Semaphore.Release();

        // Its lock came with it, and is the same one: otherwise this would be refused.
        got.Condition.NotifyAll();
        got.RecursiveCondition.NotifyAll();
        got.RLock.Release();
        got.Lock.Release();
    }

    private sealed class Everything
    {
        public required ProcessLock Lock { get; init; }

        public required ProcessRLock RLock { get; init; }

        public required ProcessSemaphore Semaphore { get; init; }

        public required ProcessEvent Event { get; init; }

        public required ProcessCondition Condition { get; init; }

        public required ProcessCondition RecursiveCondition { get; init; }

        public required ProcessBarrier Barrier { get; init; }

        public required SharedValue<long> Value { get; init; }

        public required SharedArray<int> Array { get; init; }

        public required SharedList List { get; init; }

        public required SharedMemory Memory { get; init; }
    }
}
