using System.ComponentModel;
using Multiprocessing.Memory;
using Multiprocessing.Platform;

namespace Multiprocessing.Tests.Memory.Participants;

public sealed unsafe class ParticipantTableTests : IDisposable
{
    private readonly TreeRoot _root = new();

    private ParticipantRegistry Registry => _root.Participants;

    public void Dispose() => _root.Dispose();

    [Fact]
    public void A_member_lives_until_it_is_marked_dead_and_everybody_sees_it()
    {
        using var one = new TestMember(_root);
        using var other = new TestMember(_root);
        OwnerId id = one.Id;
        Assert.NotEqual(id, other.Id);
        Assert.True(Registry.Table.IsAlive(id));
        Assert.True(other.Participant.Table.IsAlive(id));
        Assert.Equal(Environment.ProcessId, other.Participant.Table.ProcessIdOf(id));
        uint before = other.Participant.Table.Epoch;
        one.Die();
        Assert.False(other.Participant.Table.IsAlive(id));
        Assert.Equal(0, other.Participant.Table.ProcessIdOf(id));
        Assert.Equal(before + 1, other.Participant.Table.Epoch);
        one.Die();
        Assert.Equal(before + 1, other.Participant.Table.Epoch);
    }

    [Fact]
    public void Nobody_is_not_alive()
    {
        Assert.False(Registry.Table.IsAlive(OwnerId.None));
        Assert.False(Registry.Table.IsAlive(OwnerId.Of(5, 1)));
        Assert.False(Registry.Table.IsAlive(new OwnerId(uint.MaxValue)));
    }

    [Fact]
    public void A_stale_owner_is_never_taken_for_the_next_one_in_its_slot()
    {
        var seen = new HashSet<OwnerId>();
        OwnerId last = OwnerId.None;
        for (int i = 0; i < 5000; i++)
        {
            OwnerId id = Registry.Join(1, 1);
            Assert.True(seen.Add(id));
            Assert.True(Registry.Table.IsAlive(id));
            Assert.False(Registry.Table.IsAlive(last));
            Registry.MarkDead(id);
            last = id;
        }

        Assert.Single(seen.Select(id => id.Slot).Distinct());
    }

    [Fact]
    public void A_slot_whose_generations_are_used_up_is_given_out_no_more()
    {
        OwnerId id = OwnerId.None;
        for (uint generation = 1; generation <= ParticipantLayout.LastGeneration; generation++)
        {
            id = Registry.Join(1, 1);
            Assert.Equal(OwnerId.Of(0, generation), id);
            Registry.MarkDead(id);
        }

        Assert.Equal(OwnerId.Of(1, 1), Registry.Join(1, 1));
        Assert.False(Registry.Table.IsAlive(id));
        Assert.Equal(0u, id.Value & ~OwnerId.Mask);
    }

    [Fact]
    public void A_full_table_takes_nobody_until_somebody_dies()
    {
        OwnerId[] all = [.. Enumerable.Range(0, ParticipantLayout.Slots).Select(_ => Registry.Join(1, 1))];
        Assert.Equal(OwnerId.None, Registry.Join(1, 1));
        Assert.Equal(ParticipantLayout.Slots, Registry.LivingCount);
        using var late = new TestMember(_root);
        Assert.Throws<IOException>(() => late.Id);
        Registry.MarkDead(all[77]);
        Assert.Equal(OwnerId.Of(77, 2), Registry.Join(1, 1));
    }

    [Fact]
    public void Only_the_root_can_write_who_lives() =>
        Assert.Throws<Win32Exception>(() => Kernel.SharedMemory.Map(Registry.LifeMemory, ParticipantLayout.LifeMemorySize, writable: true));

    [Fact]
    public void A_death_rings_the_living_who_show_an_interest_and_nobody_else()
    {
        OwnerId interested = Registry.Join(1, 1);
        OwnerId idle = Registry.Join(1, 1);
        OwnerId dead = Registry.Join(1, 1);
        OwnerId dying = Registry.Join(1, 1);
        Registry.MarkDead(dead);
        *Registry.Table.InterestOf(interested.Slot) = *Registry.Table.InterestOf(dead.Slot) = *Registry.Table.InterestOf(dying.Slot) = 1;
        Registry.MarkDead(dying);
        Assert.Equal([1, 0, 0, 0], new[] { interested, idle, dead, dying }.Select(id => *Registry.Table.WakeWordOf(id.Slot)));
    }

    [Fact]
    public void A_new_member_in_a_used_slot_starts_without_interest()
    {
        OwnerId first = Registry.Join(1, 1);
        *Registry.Table.InterestOf(first.Slot) = *Registry.Table.BroadcastTo(first.Slot) = 1;
        Registry.MarkDead(first);
        OwnerId second = Registry.Join(1, 1);
        Assert.Equal(first.Slot, second.Slot);
        Assert.Equal(0, *Registry.Table.InterestOf(second.Slot));
        Assert.Equal(0, *Registry.Table.BroadcastTo(second.Slot));
    }

    [Fact]
    public void A_member_joins_once_however_often_it_asks()
    {
        using var member = new TestMember(_root);
        OwnerId id = member.Id;
        Participant again = Participant.Join(member.Connection);
        again.Table.Dispose();
        Assert.Equal(id, again.Id);
        Assert.Equal(1, Registry.LivingCount);
    }
}
