using Multiprocessing.Memory;
using Multiprocessing.Messaging.Connections;
using Multiprocessing.Tests.Memory;

namespace Multiprocessing.Tests.Messaging.Connections.Pipes;

public sealed class PipeEndsTests
{
    private const int Hands = 3;

    /// <summary>A look from entry to entry must not miss what is moved from one behind it to one before it.</summary>
    [Fact]
    public async Task An_end_that_goes_from_hand_to_hand_is_held_at_any_time()
    {
        using var root = new TreeRoot();
        TestMember[] members = [.. Enumerable.Range(0, Hands + 1).Select(_ => new TestMember(root))];
        SharedBlock block = SharedBlock.Allocate(SharedKind.None, PipeLayout.FirstRing);
        PipeEnds[] ends = [.. members.Select(member => new PipeEnds(block, member.Participant))];
        ends[0].Join(0);
        bool stop = false;
        long missed = 0;
        Task looking = Task.Run(
            () =>
            {
                while (!Volatile.Read(ref stop))
                {
                    missed += ends[Hands].IsHeld(0) ? 0 : 1;
                }
            },
            TestContext.Current.CancellationToken);
        for (int i = 0; i < 300_000; i++)
        {
            // Sometimes by way of a second place, so that the first one is free for the next hand.
            PipeEnds from = ends[i % Hands];
            PipeEnds to = ends[(i + 1) % Hands];
            (int place, ulong mark) = from.Depart(0);
            from.Entrust(0, place, mark);
            if (i % 2 == 0)
            {
                (int second, ulong secondMark) = from.Depart(0);
                from.Entrust(0, second, secondMark);
                Assert.True(from.Arrive(0, place, mark));
                (place, mark) = (second, secondMark);
            }

            from.Leave(0);
            to.Join(0);
            Assert.True(to.Arrive(0, place, mark));
        }

        Volatile.Write(ref stop, true);
        await looking;
        Assert.Equal(0, missed);
        ends[0].Leave(0);
        Assert.False(ends[Hands].IsHeld(0));
        foreach (TestMember member in members)
        {
            member.Dispose();
        }

        GC.KeepAlive(block);
    }
}
