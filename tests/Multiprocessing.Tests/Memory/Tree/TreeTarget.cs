using Multiprocessing.Memory;
using Multiprocessing.Platform;
using Multiprocessing.Tests.Memory.Waiting;

namespace Multiprocessing.Tests.Memory.Tree;

/// <summary>What processes below this one do with the services of the tree. Numbers of the board: see each function.</summary>
internal static class TreeTarget
{
    public const byte Stamp = 0xA5;
    public const int BoardSlots = 32;
    public const int Times = 200;

    /// <summary>Opens the board, says so by number 0, and keeps it.</summary>
    public static unsafe void OpenAndStay(Guid board)
    {
        AwaitedWord word = AwaitedWord.Open(ProcessTree.HandOver, board);
        Interlocked.Increment(ref *word.Data);
        Thread.CurrentThread.Join();
    }

    /// <summary>Opens the board in a child of this process, and both stay.</summary>
    public static void StayWithChild(Guid board)
    {
        using var child = ChildProcess.Create(static (Guid token) => OpenAndStay(token), board);
        child.Start();
        OpenAndStay(board);
    }

    /// <summary>Parks an object in the board, puts its ticket into numbers 1 and 2, and ends.</summary>
    public static unsafe void Produce(Guid board)
    {
        using AwaitedWord word = AwaitedWord.Open(ProcessTree.HandOver, board);
        Guid token = DepositStamped(ProcessTree.HandOver);
        ProcessTree.HandOver.Park(token, board)!.Value.TryWriteBytes(new Span<byte>(word.Data + 1, 16));
    }

    /// <summary>Takes the lock of the board, counts it in number 0, and keeps it.</summary>
    public static unsafe void LockAndStay(Guid board)
    {
        AwaitedWord word = AwaitedWord.Open(ProcessTree.HandOver, board);
        new TestLock(word, ProcessTree.Participant, ProcessTree.Waits).Acquire(Deadline.Never);
        Interlocked.Increment(ref *word.Data);
        Thread.CurrentThread.Join();
    }

    /// <summary>As <see cref="LockForEver"/>, by one thread and <see cref="Times"/> times; then gives the board back.</summary>
    public static void LockSometimes(Guid board)
    {
        using AwaitedWord word = AwaitedWord.Open(ProcessTree.HandOver, board);
        var mutex = new TestLock(word, ProcessTree.Participant, ProcessTree.Waits);
        for (int i = 0; i < Times; i++)
        {
            Inside(word, mutex.Acquire(Deadline.Never));
            mutex.Release();
        }

        ProcessTree.HandOver.Release(board);
    }

    /// <summary>Takes and releases the lock for ever. Number 0 counts the rounds, 1 is who is inside, 2 counts what must not happen.</summary>
    public static void LockForEver(Guid board)
    {
        AwaitedWord word = AwaitedWord.Open(ProcessTree.HandOver, board);
        var mutex = new TestLock(word, ProcessTree.Participant, ProcessTree.Waits);
        _ = Task.Run(async () =>
        {
            while (true)
            {
                Inside(word, await mutex.AcquireAsync(Deadline.Never));
                mutex.Release();
            }
        });
        while (true)
        {
            Inside(word, mutex.Acquire(Deadline.Never));
            mutex.Release();
        }
    }

    /// <summary>
    /// Parks objects in the board and takes them out again, for ever. From number 8 on there are slots of 4 numbers: whether it is
    /// full, and a ticket. Number 0 counts the rounds, 2 the tickets that led nowhere, 3 wrong contents.
    /// </summary>
    public static unsafe void HandOverForEver((Guid Board, int Seed) argument)
    {
        IHandOver handOver = ProcessTree.HandOver;
        AwaitedWord word = AwaitedWord.Open(handOver, argument.Board);
        var mutex = new TestLock(word, ProcessTree.Participant, ProcessTree.Waits);
        var random = new Random(argument.Seed);
        while (true)
        {
            mutex.Acquire(Deadline.Never);
            long* slot = word.Data + 8 + (4 * random.Next(BoardSlots));
            var ticket = new Span<byte>(slot + 1, 16);
            if (Volatile.Read(ref slot[0]) == 0)
            {
                Guid token = DepositStamped(handOver);
                handOver.Park(token, argument.Board)!.Value.TryWriteBytes(ticket);
                Volatile.Write(ref slot[0], 1);
                handOver.Release(token);
            }
            else
            {
                Take(handOver, new Guid(ticket), word);
                Volatile.Write(ref slot[0], 0);
            }

            word.Data[0]++;
            mutex.Release();
        }
    }

    public static unsafe Guid DepositStamped(IHandOver handOver)
    {
        using KernelHandle memory = Kernel.SharedMemory.Create(4096, "mp-test");
        using MemoryMapping mapping = Kernel.SharedMemory.Map(memory, 4096, writable: true);
        mapping.Pointer[100] = Stamp;
        return handOver.Deposit(memory);
    }

    public static unsafe bool IsStamped(KernelHandle memory)
    {
        using MemoryMapping mapping = Kernel.SharedMemory.Map(memory, 4096, writable: false);
        return mapping.Pointer[100] == Stamp;
    }

    private static unsafe void Take(IHandOver handOver, Guid ticket, AwaitedWord word)
    {
        using KernelHandle? memory = handOver.Open(ticket, take: true, out Guid token);
        if (memory is null)
        {
            word.Data[2]++;
            return;
        }

        word.Data[3] += IsStamped(memory) ? 0 : 1;
        handOver.Release(token);
    }

    private static unsafe void Inside(AwaitedWord word, TestLock.Result result)
    {
        long* data = word.Data;
        long me = Environment.CurrentManagedThreadId + ((long)Environment.ProcessId << 32);
        if (result == TestLock.Result.Acquired && Volatile.Read(ref data[1]) != 0)
        {
            data[2]++;
        }

        Volatile.Write(ref data[1], me);
        data[0]++;
        if (Volatile.Read(ref data[1]) != me)
        {
            data[2]++;
        }

        Volatile.Write(ref data[1], 0);
    }
}
