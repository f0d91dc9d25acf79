using CsCheck;
using Multiprocessing.Memory;
using Multiprocessing.Platform;

namespace Multiprocessing.Tests.Memory.Sharing;

/// <summary>When a block is used again, and what is left if somebody dies between two writes: docs/protocol.md, "Hold table".</summary>
public sealed class HoldTableTests
{
    [Fact]
    public unsafe void A_block_is_used_again_when_its_last_holder_has_closed_it()
    {
        using var stage = new SlabStage();
        (ForeignSlab other, _) = stage.Join();
        int block = stage.Slab.Allocate(SharedKind.None, 10);
        uint generation = stage.Slab.GenerationOf(block);
        Assert.True(other.TryOpen(block, generation));
        stage.Slab.Close(block);
        stage.Slab.Sweep();
        Assert.False(stage.Slab.IsEmpty);
        *other.PointerTo(block) = 1;
        other.Close(block);
        stage.Slab.Sweep();
        Assert.True(stage.Slab.IsEmpty);
        Assert.False(other.TryOpen(block, generation));
        Assert.Equal(block, stage.Slab.Allocate(SharedKind.None, 10));
        Assert.Equal(0, *stage.Slab.PointerTo(block));
        Assert.NotEqual(generation, stage.Slab.GenerationOf(block));
        other.Mapping.Dispose();
    }

    [Fact]
    public void What_a_dead_process_held_is_used_again()
    {
        using var stage = new SlabStage();
        (ForeignSlab other, OwnerId id) = stage.Join();
        int block = stage.Slab.Allocate(SharedKind.None, 10);
        Assert.True(other.TryOpen(block, stage.Slab.GenerationOf(block)));
        stage.Slab.Close(block);
        stage.Registry.MarkDead(id);
        stage.Slab.Sweep();
        Assert.True(stage.Slab.IsEmpty);
        other.Mapping.Dispose();
    }

    [Fact]
    public void Rows_of_the_dead_are_used_again_and_hold_nothing_of_theirs()
    {
        using var stage = new SlabStage();
        int block = stage.Slab.Allocate(SharedKind.None, 10);
        uint generation = stage.Slab.GenerationOf(block);
        for (int i = 0; i < 3 * SlabLayout.Rows; i++)
        {
            (ForeignSlab other, OwnerId id) = stage.Join();
            Assert.True(other.TryOpen(block, generation));
            stage.Registry.MarkDead(id);
            other.Mapping.Dispose();
        }

        (ForeignSlab last, _) = stage.Join();
        stage.Slab.Close(block);
        Assert.True(stage.Slab.IsEmpty);
        last.Mapping.Dispose();
    }

    [Fact]
    public void A_mapping_that_is_given_up_late_does_not_take_the_next_ones_row_along()
    {
        using var stage = new SlabStage();
        OwnerId id = stage.Registry.Join(2, 2);
        var self = new Participant(stage.Registry.Table, id);
        ForeignSlab first = ForeignSlab.From(stage.Map(), Guid.NewGuid(), self)!;
        ForeignSlab second = ForeignSlab.From(stage.Map(), Guid.NewGuid(), self)!;
        int block = stage.Slab.Allocate(SharedKind.None, 10);
        Assert.True(second.TryOpen(block, 0));
        first.GiveUp();
        stage.Slab.Close(block);
        stage.Slab.Sweep();
        Assert.False(stage.Slab.IsEmpty);
        second.Close(block);
        stage.Slab.Sweep();
        Assert.True(stage.Slab.IsEmpty);
        second.GiveUp();
    }

    [Fact]
    public void A_process_that_finds_no_row_pins_what_it_uses()
    {
        using var stage = new SlabStage();
        List<ForeignSlab> others = [.. Enumerable.Range(0, SlabLayout.Rows + 1).Select(_ => stage.Join().Slab)];
        int block = stage.Slab.Allocate(SharedKind.None, 10);
        Assert.True(others[^1].TryOpen(block, stage.Slab.GenerationOf(block)));
        stage.Slab.Close(block);
        stage.Slab.Sweep();
        Assert.False(stage.Slab.IsEmpty);

        // Nobody can know when it has done with it.
        others[^1].Close(block);
        stage.Slab.Sweep();
        Assert.False(stage.Slab.IsEmpty);
        others.ForEach(static other => other.Mapping.Dispose());
    }

    [Fact]
    public unsafe void A_block_in_transit_is_not_used_again()
    {
        using var stage = new SlabStage();
        int block = stage.Slab.Allocate(SharedKind.None, 10);
        uint* transit = (uint*)(stage.Slab.Base + SlabLayout.Entries + (block * SlabLayout.EntrySize) + SlabLayout.EntryTransit);
        *transit = 1;
        stage.Slab.Close(block);
        Assert.False(stage.Slab.IsEmpty);
        *transit = 0;
        stage.Slab.Sweep();
        Assert.True(stage.Slab.IsEmpty);
    }

    [Fact]
    public unsafe void A_creator_that_died_while_it_looked_holds_nobody_up()
    {
        using var stage = new SlabStage();
        (ForeignSlab other, _) = stage.Join();
        int block = stage.Slab.Allocate(SharedKind.None, 10);
        uint* state = (uint*)(stage.Slab.Base + SlabLayout.Entries + (block * SlabLayout.EntrySize));
        *state |= SlabLayout.Freeing;
        stage.Registry.MarkDead(stage.CreatorId);
        Assert.True(other.TryOpen(block, 0));
        other.Mapping.Dispose();
    }

    [Fact]
    public void A_block_that_comes_back_to_its_creator_is_open_again()
    {
        using var stage = new SlabStage();
        (ForeignSlab other, _) = stage.Join();
        int block = stage.Slab.Allocate(SharedKind.None, 10);
        Assert.True(other.TryOpen(block, 0));
        stage.Slab.Close(block);
        Assert.True(stage.Slab.TryOpen(block, 0));
        other.Close(block);
        stage.Slab.Sweep();
        Assert.False(stage.Slab.IsEmpty);
        stage.Slab.Close(block);
        Assert.True(stage.Slab.IsEmpty);
        Assert.False(stage.Slab.TryOpen(block, 0));
        other.Mapping.Dispose();
    }

    [Fact]
    public unsafe void Memory_that_is_no_slab_is_refused()
    {
        using var stage = new SlabStage();
        using MemoryMapping mapping = stage.Map();
        var self = new Participant(stage.Registry.Table, stage.CreatorId);
        *(int*)(mapping.Pointer + SlabLayout.Blocks) = 1024 * 1024;
        Assert.Null(ForeignSlab.From(mapping, Guid.Empty, self));
        *(int*)(mapping.Pointer + SlabLayout.Blocks) = 8;
        *(int*)(mapping.Pointer + SlabLayout.BlockSize) = -1;
        Assert.Null(ForeignSlab.From(mapping, Guid.Empty, self));
        *(int*)(mapping.Pointer + SlabLayout.BlockSize) = 64;
        *(uint*)(mapping.Pointer + SlabLayout.MagicOffset) = 0;
        Assert.Null(ForeignSlab.From(mapping, Guid.Empty, self));
        Assert.Null(LoneSegment.From(mapping, Guid.Empty));
    }

    /// <summary>Random lives of four processes: no block is given out while a living one has it, and in the end all are free.</summary>
    [Fact]
    public void No_block_is_given_out_that_somebody_has() =>
        Gen.Select(Gen.Int[0, 5], Gen.Int[0, 3], Gen.Int[0, 1000]).Array[1, 200].Sample(Play, iter: 300);

    [Fact]
    public async Task A_reader_that_comes_while_the_creator_looks_is_seen_or_sees_it()
    {
        using var stage = new SlabStage();
        (ForeignSlab other, _) = stage.Join();
        long published = 0;
        long had = 0;
        bool stop = false;
        Task reader = Task.Run(() =>
        {
            while (!Volatile.Read(ref stop))
            {
                long reference = Volatile.Read(ref published);
                int block = (int)(uint)reference;
                uint generation = (uint)(reference >> 32);
                if (other.TryOpen(block, generation))
                {
                    // Mine: it must keep its generation until I close it.
                    had++;
                    for (int i = 0; i < 5; i++)
                    {
                        Assert.Equal(generation, other.GenerationOf(block));
                    }

                    other.Close(block);
                }
            }
        });
        for (int i = 0; i < 300_000; i++)
        {
            int block = stage.Slab.Allocate(SharedKind.None, 10);
            Volatile.Write(ref published, ((long)stage.Slab.GenerationOf(block) << 32) | (uint)block);
            stage.Slab.Close(block);
            if (!stage.Slab.HasRoom)
            {
                stage.Slab.Sweep();
            }
        }

        Volatile.Write(ref stop, true);
        await reader;
        Assert.NotEqual(0, had);
        stage.Slab.Sweep();
        Assert.True(stage.Slab.IsEmpty);
        other.Mapping.Dispose();
    }

    private static void Play((int Action, int Who, int Number)[] steps)
    {
        using var stage = new SlabStage(SizeClasses.Of(SizeClasses.Largest));
        (ForeignSlab Slab, OwnerId Id)[] others = [.. Enumerable.Range(0, 4).Select(_ => stage.Join())];
        var mine = new List<int>();
        List<int>[] theirs = [.. others.Select(static _ => new List<int>())];
        foreach ((int action, int who, int number) in steps)
        {
            switch (action)
            {
                case 0 when stage.Slab.HasRoom:
                    int block = stage.Slab.Allocate(SharedKind.None, 8);
                    Assert.DoesNotContain(block, mine);
                    Assert.All(theirs, blocks => Assert.DoesNotContain(block, blocks));
                    mine.Add(block);
                    break;
                case 1 when mine.Count > 0: // The creator hands one on.
                    Open(who, mine[number % mine.Count]);
                    break;
                case 2 when theirs[who].Count > 0: // Another one does.
                    Open(number % 4, theirs[who][number % theirs[who].Count]);
                    break;
                case 3 when mine.Count > 0:
                    stage.Slab.Close(mine[number % mine.Count]);
                    mine.RemoveAt(number % mine.Count);
                    stage.Slab.Sweep();
                    break;
                case 4 when theirs[who].Count > 0:
                    others[who].Slab.Close(theirs[who][number % theirs[who].Count]);
                    theirs[who].RemoveAt(number % theirs[who].Count);
                    break;
                case 5 when number % 4 == 0: // It is killed, and another one takes its place.
                    stage.Registry.MarkDead(others[who].Id);
                    others[who].Slab.Mapping.Dispose();
                    theirs[who].Clear();
                    others[who] = stage.Join();
                    break;
            }
        }

        void Open(int who, int block)
        {
            Assert.True(others[who].Slab.TryOpen(block, stage.Slab.GenerationOf(block)));
            theirs[who].Add(block);
        }

        mine.ForEach(stage.Slab.Close);
        for (int who = 0; who < 4; who++)
        {
            theirs[who].ForEach(others[who].Slab.Close);
            others[who].Slab.Mapping.Dispose();
        }

        stage.Slab.Sweep();
        Assert.True(stage.Slab.IsEmpty);
    }
}
