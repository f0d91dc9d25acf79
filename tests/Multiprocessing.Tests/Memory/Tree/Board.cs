using System.Diagnostics;
using Multiprocessing.Memory;
using Multiprocessing.Tests.Memory.Waiting;

namespace Multiprocessing.Tests.Memory.Tree;

/// <summary>Memory by which a test and the processes that it starts talk, handed over by the tree's own service.</summary>
internal sealed class Board : IDisposable
{
    public Board()
    {
        Word = AwaitedWord.Create(ProcessTree.HandOver, out Guid token);
        Token = token;
    }

    public AwaitedWord Word { get; }

    public Guid Token { get; }

    public unsafe long this[int number] => Volatile.Read(ref Word.Data[number]);

    public unsafe Guid Ticket => new(new ReadOnlySpan<byte>(Word.Data + 1, 16));

    public async Task ReachesAsync(int number, long value)
    {
        long start = Stopwatch.GetTimestamp();
        while (this[number] < value)
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(30), $"Number {number} is {this[number]}, not {value}.");
            await Task.Delay(1);
        }
    }

    /// <summary>Gives up the board and waits until nothing is left at the root of what tests and their processes shared.</summary>
    public static async Task NothingLeftAsync()
    {
        long start = Stopwatch.GetTimestamp();
        while (ProcessTree.Root.Broker.Counts != default || ProcessTree.Root.MemberCount != 0 || ProcessTree.Root.Participants.LivingCount != 1)
        {
            Assert.True(
                Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(20),
                $"{ProcessTree.Root.Broker.Counts}, {ProcessTree.Root.MemberCount} members, {ProcessTree.Root.Participants.LivingCount} living");
            await Task.Delay(1);
        }
    }

    public void Dispose()
    {
        Word.Dispose();
        ProcessTree.HandOver.Release(Token);
    }
}
