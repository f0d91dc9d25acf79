using System.Runtime.CompilerServices;
using Multiprocessing.Memory;
using Multiprocessing.Serialization;

namespace Multiprocessing.Tests.Memory.Sharing;

/// <summary>Shared objects on their way to others and back, by all transports. Small ones lie in slabs, large ones alone.</summary>
public sealed class TravellingTests
{
    private const long Small = 128;
    private const long Large = 200_000;

    public static TheoryData<PoolBackend, long> Pools => new()
    {
        { PoolBackend.Processes, Small }, { PoolBackend.Processes, Large }, { PoolBackend.InProcess, Small }, { PoolBackend.InProcess, Large },
    };

    public static TheoryData<StartMethod, long> Children => new()
    {
        { StartMethod.Spawn, Small }, { StartMethod.Spawn, Large }, { StartMethod.Standby, Small }, { StartMethod.Standby, Large },
    };

    [Theory, MemberData(nameof(Children))]
    public void A_child_sees_the_object_that_it_was_given_and_not_a_copy(StartMethod method, long size)
    {
        using var probe = new SharedProbe(size);
        using var child = ChildProcess.Create(static (SharedProbe given) => { given.Add(0, 1); }, probe);
        child.StartMethod = method;
        child.Start();
        child.Join();
        Assert.Equal(0, child.ExitCode);
        Assert.Equal(1, probe[0]);
    }

    [Theory, MemberData(nameof(Children))]
    [Trait("PainPoint", "26")]
    public void A_child_keeps_what_its_parent_has_forgotten(StartMethod method, long size)
    {
        using var answer = new SharedProbe(size);
        using ChildProcess child = StartWithForgotten(method, size, answer);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        answer[0] = 1;
        child.Join();
        Assert.Equal(0, child.ExitCode);
        Assert.Equal(77, answer[1]);
    }

    [Fact]
    public async Task Large_objects_that_nobody_else_knows_can_be_forgotten()
    {
        for (int round = 0; round < 20; round++)
        {
            Forget();
            GC.Collect();
            GC.WaitForPendingFinalizers();
            await Task.Yield();
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        static void Forget()
        {
            for (int i = 0; i < 20; i++)
            {
                new SharedProbe(Large)[0] = 1;
            }
        }
    }

    [Theory, MemberData(nameof(Pools))]
    [Trait("PainPoint", "23")]
    public async Task A_task_gets_and_returns_the_same_object(PoolBackend backend, long size)
    {
        await using var pool = new ProcessPool(new ProcessPoolOptions { Workers = 1, Backend = backend });
        using var probe = new SharedProbe(size);
        using SharedProbe returned = await pool.RunAsync(SharingTargets.Add, probe);
        Assert.NotSame(probe, returned);
        returned.Add(0, 10);
        Assert.Equal(11, probe[0]);
    }

    [Theory, MemberData(nameof(Pools))]
    public async Task A_lambda_captures_it(PoolBackend backend, long size)
    {
        await using var pool = new ProcessPool(new ProcessPoolOptions { Workers = 2, Backend = backend });
        using var probe = new SharedProbe(size);
        await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => pool.RunAsync(() => probe.Add(0, 1))));
        Assert.Equal(200, probe[0]);
    }

    [Theory, MemberData(nameof(Pools))]
    public async Task An_object_that_a_worker_has_made_outlives_it(PoolBackend backend, long size)
    {
        SharedProbe made;
        await using (var pool = new ProcessPool(new ProcessPoolOptions { Workers = 1, Backend = backend }))
        {
            made = await pool.RunAsync(SharingTargets.Make, size);
        }

        using (made)
        {
            Assert.Equal(42, made[1]);
            made[2] = 7;

            // The maker is gone; others can still be given it.
            await using var other = new ProcessPool(new ProcessPoolOptions { Workers = 1, Backend = backend });
            Assert.Equal(49, await other.RunAsync(static given => given[1] + given[2], made));
        }
    }

    [Fact]
    public async Task A_block_that_another_process_keeps_is_not_used_again()
    {
        await using var pool = new ProcessPool(1);
        await SendForgotten(pool, 50);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        SharedProbe[] others = [.. Enumerable.Range(0, 5000).Select(static _ => new SharedProbe())];
        Array.ForEach(others, static other => other[0] = 1000);
        Assert.Equal(50, await pool.RunAsync(static () => SharingTargets.SumOfKept()));
        Assert.All(others, static other => Assert.Equal(1000, other[0]));
    }

    [Fact]
    public async Task Blocks_that_others_have_let_go_of_are_used_again()
    {
        await using var pool = new ProcessPool(1);
        ForgetAll();
        for (int round = 0; round < 5; round++)
        {
            await SendForgotten(pool, 1000);
            GC.Collect();
            GC.WaitForPendingFinalizers();
            Assert.Equal(1000, await pool.RunAsync(static () => SharingTargets.LetGo()));
        }

        Assert.InRange(SlabMappings(), 1, 3);
    }

    [Fact]
    public async Task What_a_killed_worker_held_is_free_again()
    {
        ForgetAll();
        for (int round = 0; round < 4; round++)
        {
            await using var pool = new ProcessPool(1);
            await SendForgotten(pool, 1000);
            _ = await Assert.ThrowsAsync<WorkerDiedException>(() => pool.RunAsync(static () => Environment.FailFast("meant")));
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.InRange(SlabMappings(), 1, 3);
    }

    [Fact]
    [Trait("PainPoint", "40")]
    public async Task A_worker_shares_with_its_own_workers_and_with_its_parent()
    {
        await using var pool = new ProcessPool(1);
        using var given = new SharedProbe(Large);
        using SharedProbe made = await pool.RunAsync(
            static (SharedProbe fromParent) =>
            {
                using var own = new ProcessPool(1);
                var mine = new SharedProbe();
                own.Run(SharingTargets.Add, fromParent).Add(0, 10);
                own.Run(SharingTargets.Add, mine).Add(0, 100);
                using SharedProbe theirs = own.Run(SharingTargets.Make, Large);
                mine[1] = theirs[1];
                return mine;
            },
            given);
        Assert.Equal(11, given[0]);
        Assert.Equal((101, 42), (made[0], made[1]));
    }

    [Theory, InlineData(Small), InlineData(Large)]
    public void A_reference_that_nobody_held_leads_nowhere(long size)
    {
        int before = ProcessTree.Root.Broker.Counts.Segments;
        byte[] payload = MakeStale(size);
        ForgetAll();

        // The root is told after the collector's own thread has been there.
        Assert.True(SpinWait.SpinUntil(
            () =>
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                return ProcessTree.Root.Broker.Counts.Segments <= before;
            },
            TimeSpan.FromSeconds(20)));
        Assert.Contains("gone", Assert.Throws<PayloadException>(
            () => SelfContainedPayload.Deserialize<SharedProbe>(payload)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reference_to_another_kind_of_object_is_refused()
    {
        using var number = new SharedValue<int>(1);
        byte[] payload = new byte[BlockReference.Size];
        number.Block.ToReference().Write(payload);
        string message = Assert.Throws<PayloadException>(() =>
        {
            var reader = new PayloadReader(payload, IncomingSymbols.None);
            _ = SharedBlock.ReadReference(ref reader, SharedKind.Array);
        }).Message;
        Assert.Contains("Value", message, StringComparison.Ordinal);
        Assert.Contains("Array", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_keeps_no_payload_cannot_send_it()
    {
        using var probe = new SharedProbe();
        Assert.Contains("hold", Assert.Throws<UnserializableException>(
            () => SelfContainedPayload.Serialize(probe)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_disposed_object_cannot_be_sent()
    {
        await using var pool = new ProcessPool(new ProcessPoolOptions { Workers = 1, Backend = PoolBackend.InProcess });
        var probe = new SharedProbe();
        probe.Dispose();
        Assert.Contains("disposed", (await Assert.ThrowsAsync<UnserializableException>(
            () => pool.RunAsync(SharingTargets.Add, probe))).Message, StringComparison.Ordinal);
    }

    /// <summary>What other tests left to the garbage collector.</summary>
    private static void ForgetAll()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        SharedHeap.Trim();
        Assert.True(SpinWait.SpinUntil(static () => SlabMappings() == 0, TimeSpan.FromSeconds(30)));
    }

    private static int SlabMappings() => File.ReadLines("/proc/self/maps").Count(static line => line.Contains("/memfd:mp-slab", StringComparison.Ordinal));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static byte[] MakeStale(long size)
    {
        byte[] payload = SelfContainedPayload.Serialize(new SharedProbe(size), out PayloadHolds? holds);
        holds!.Dispose();
        return payload;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task SendForgotten(ProcessPool pool, int count)
    {
        for (int i = 0; i < count; i++)
        {
            Assert.Equal(1, await pool.RunAsync(SharingTargets.Keep, new SharedProbe()));
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ChildProcess StartWithForgotten(StartMethod method, long size, SharedProbe answer)
    {
        var forgotten = new SharedProbe(size);
        forgotten[3] = 77;
        var child = ChildProcess.Create(
            static ((SharedProbe Forgotten, SharedProbe Answer) given) =>
            {
                SpinWait.SpinUntil(() => given.Answer[0] == 1);
                given.Answer[1] = given.Forgotten[3];
            },
            (forgotten, answer));
        child.StartMethod = method;
        child.Start();
        return child;
    }
}
