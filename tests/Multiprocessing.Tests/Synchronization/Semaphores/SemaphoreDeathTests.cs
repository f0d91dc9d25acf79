using Multiprocessing.Memory;
using Multiprocessing.Synchronization;
using Multiprocessing.Tests.Memory;

namespace Multiprocessing.Tests.Synchronization.Semaphores;

/// <summary>
/// A death between any two writes of a semaphore: the memory as it was then is kept, and afterwards put before somebody else after
/// the death of who wrote it.
/// </summary>
public sealed class SemaphoreDeathTests : IDisposable
{
    private const int Permits = 5;
    private readonly TreeRoot _root = new();
    private readonly SharedBlock _block = SemaphoreCore.Allocate(Permits, Permits, recovers: true);
    private readonly List<IDisposable> _rest = [];

    public void Dispose()
    {
        _rest.ForEach(static used => used.Dispose());
        _root.Dispose();
    }

    [Fact]
    public void However_far_a_process_came_all_permits_are_there_after_its_death()
    {
        TestMember mortal = NewMember();
        ProcessSemaphore semaphore = Of(mortal);
        var moments = new List<byte[]>();
        semaphore.Core.Journal.BeforeWrite = () => moments.Add(Copy());
        for (int i = 0; i < Permits; i++)
        {
            semaphore.Acquire(TestContext.Current.CancellationToken);
        }

        semaphore.Release();
        semaphore.Release(2);
        semaphore.Acquire(TestContext.Current.CancellationToken);
        semaphore.Release(3);
        semaphore.Core.Journal.BeforeWrite = null;
        Assert.True(moments.Count > 50);
        mortal.Die();
        foreach (byte[] moment in moments)
        {
            Restore(moment);
            Assert.Equal(Permits, Of(NewMember()).CurrentCount);
        }
    }

    [Fact]
    public void Who_dies_while_taking_the_permits_of_the_dead_back_leaves_them_to_the_next()
    {
        TestMember mortal = NewMember();
        ProcessSemaphore semaphore = Of(mortal);
        semaphore.Acquire(TestContext.Current.CancellationToken);
        semaphore.Acquire(TestContext.Current.CancellationToken);
        mortal.Die();
        TestMember heir = NewMember();
        ProcessSemaphore inherited = Of(heir);
        var moments = new List<byte[]>();
        inherited.Core.Journal.BeforeWrite = () => moments.Add(Copy());
        Assert.Equal(Permits, inherited.CurrentCount);
        Assert.True(moments.Count > 5);
        heir.Die();
        foreach (byte[] moment in moments)
        {
            Restore(moment);
            Assert.Equal(Permits, Of(NewMember()).CurrentCount);
        }
    }

    [Fact]
    public void What_a_living_process_has_stays_its_own()
    {
        ProcessSemaphore living = Of(NewMember());
        living.Acquire(TestContext.Current.CancellationToken);
        for (int i = 0; i < 20; i++)
        {
            TestMember mortal = NewMember();
            ProcessSemaphore semaphore = Of(mortal);
            for (int taken = 0; taken < Permits - 1; taken++)
            {
                Assert.True(semaphore.TryAcquire());
            }

            Assert.False(living.TryAcquire());
            mortal.Die();
            Assert.Equal(Permits - 1, living.CurrentCount);
        }

        living.Release();
        Assert.Equal(Permits, living.CurrentCount);
    }

    private ProcessSemaphore Of(TestMember member) => new(_block, member.Participant, member.Waits);

    private unsafe byte[] Copy() => new Span<byte>(_block.Pointer, (int)_block.Length).ToArray();

    private unsafe void Restore(byte[] moment) => moment.CopyTo(new Span<byte>(_block.Pointer, (int)_block.Length));

    private TestMember NewMember()
    {
        var member = new TestMember(_root);
        _ = member.Id;
        _rest.Add(member);
        return member;
    }
}
