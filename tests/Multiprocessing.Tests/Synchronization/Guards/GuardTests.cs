using Multiprocessing.Memory;
using Multiprocessing.Synchronization;
using Multiprocessing.Tests.Memory;

namespace Multiprocessing.Tests.Synchronization.Guards;

/// <summary>
/// A death between any two writes: the memory as it was then is kept, and afterwards put before somebody else after the death of
/// who wrote it.
/// </summary>
public sealed class GuardTests : IDisposable
{
    private readonly TreeRoot _root = new();
    private readonly SharedBlock _block = SharedBlock.Allocate(SharedKind.None, GuardedPair.Size);
    private readonly List<TestMember> _members = [];

    public void Dispose()
    {
        _members.ForEach(member => member.Dispose());
        _root.Dispose();
        _block.Dispose();
    }

    [Fact]
    public void Whoever_takes_over_finds_all_changes_or_none()
    {
        var mortal = NewMember();
        var pair = new GuardedPair(_block, mortal);
        for (int i = 0; i < 5; i++)
        {
            pair.Add();
        }

        List<byte[]> deaths = MomentsOf(pair, pair.Add);
        Assert.Equal(10, deaths.Count);
        Assert.Equal((6, 6), pair.Read());
        mortal.Die();
        var seen = new List<(long, long)>();
        foreach (byte[] death in deaths)
        {
            pair.Restore(death);
            var heir = new GuardedPair(_block, NewMember());
            seen.Add(heir.Read());
            heir.Add();
            (long first, long second) = heir.Read();
            Assert.Equal(first, second);
        }

        // The last moment is just before the write that commits.
        Assert.All(seen, pairSeen => Assert.Equal((5, 5), pairSeen));
    }

    [Fact]
    public void After_the_commit_the_changes_stand()
    {
        var mortal = NewMember();
        var pair = new GuardedPair(_block, mortal);
        byte[]? death = null;
        using (GuardScope scope = pair.Guard.Enter())
        {
            unsafe
            {
                scope.Set(pair.First, 1);
                scope.Set(pair.Second, 1);
            }

            scope.Commit();
            death = pair.Copy();
        }

        mortal.Die();
        pair.Restore(death);
        Assert.Equal((1, 1), new GuardedPair(_block, NewMember()).Read());
    }

    [Fact]
    public void Who_dies_while_putting_back_leaves_it_to_the_next()
    {
        var mortal = NewMember();
        var pair = new GuardedPair(_block, mortal);
        pair.Add();
        List<byte[]> deaths = MomentsOf(pair, pair.Add);
        mortal.Die();
        int moments = 0;
        foreach (byte[] death in deaths)
        {
            pair.Restore(death);
            var heir = NewMember();
            var inherited = new GuardedPair(_block, heir);
            List<byte[]> later = MomentsOf(inherited, () => inherited.Read());
            heir.Die();
            foreach (byte[] second in later)
            {
                moments++;
                inherited.Restore(second);
                Assert.Equal((1, 1), new GuardedPair(_block, NewMember()).Read());
            }
        }

        Assert.True(moments > 20);
    }

    [Fact]
    public void What_is_not_committed_has_not_happened()
    {
        var pair = new GuardedPair(_block, NewMember());
        pair.Add();
        using (GuardScope scope = pair.Guard.Enter())
        {
            unsafe
            {
                scope.Set(pair.First, 50);
            }
        }

        Assert.Equal((1, 1), pair.Read());
    }

    [Fact]
    public void More_changes_than_the_journal_holds_are_refused()
    {
        var pair = new GuardedPair(_block, NewMember());
        Assert.Throws<InvalidOperationException>(() =>
        {
            using GuardScope scope = pair.Guard.Enter();
            for (int i = 0; i < 5; i++)
            {
                unsafe
                {
                    scope.Set(pair.First, i + 7);
                }
            }
        });
        Assert.Equal((0, 0), pair.Read());
    }

    [Fact]
    public async Task Many_members_change_as_one()
    {
        const int Rounds = 5000;
        GuardedPair[] pairs = [.. Enumerable.Range(0, 4).Select(_ => new GuardedPair(_block, NewMember()))];
        await Task.WhenAll(pairs.Select(pair => Task.Factory.StartNew(
            () =>
            {
                for (int i = 0; i < Rounds; i++)
                {
                    pair.Add();
                }
            },
            TaskCreationOptions.LongRunning)));
        Assert.Equal((4 * Rounds, 4 * Rounds), pairs[0].Read());
    }

    private static List<byte[]> MomentsOf(GuardedPair pair, Action action)
    {
        var moments = new List<byte[]>();
        pair.Guard.Journal.BeforeWrite = () => moments.Add(pair.Copy());
        action();
        pair.Guard.Journal.BeforeWrite = null;
        return moments;
    }

    private TestMember NewMember()
    {
        var member = new TestMember(_root);
        _ = member.Id;
        _members.Add(member);
        return member;
    }
}
