using System.Diagnostics;
using Multiprocessing.Memory;
using Multiprocessing.Messaging.Connections;
using Multiprocessing.Tests.Memory.Sharing;

namespace Multiprocessing.Tests.Messaging.Connections.Pipes;

public sealed class PipeConnectionTests : ConnectionContract
{
    public static TheoryData<StartMethod> Methods => [StartMethod.Spawn, StartMethod.Standby];

    protected override ValueTask<(Connection One, Connection Other)> ConnectAsync() => new(Connection.CreatePipe());

    [Fact]
    public void Of_a_one_way_pipe_the_first_end_receives_and_the_second_one_sends()
    {
        (Connection first, Connection second) = Connection.CreatePipe(duplex: false);
        using (first)
        using (second)
        {
            Assert.True(first is { CanReceive: true, CanSend: false } && second is { CanReceive: false, CanSend: true });
            second.SendBytes([1]);
            Assert.Equal([1], first.ReceiveBytes());
            Assert.Throws<InvalidOperationException>(() => first.SendBytes([1]));
            Assert.Throws<InvalidOperationException>(() => second.ReceiveBytes());
            Assert.Throws<InvalidOperationException>(() => second.Poll());
        }
    }

    [Theory, MemberData(nameof(Methods))]
    public async Task A_child_answers_and_its_end_is_noticed_when_the_parent_has_closed_its_copy(StartMethod method)
    {
        (Connection mine, Connection theirs) = Connection.CreatePipe();
        using (mine)
        {
            using var child = ChildProcess.Create(
                static (Connection end) =>
                {
                    while (end.Receive<string>() is var text && text != "stop")
                    {
                        end.Send(text + "!");
                    }
                },
                theirs);
            child.StartMethod = method;
            child.Start();
            theirs.Dispose();
            mine.Send("a");
            Assert.Equal("a!", await mine.ReceiveAsync<string>(Stop));
            mine.Send(new string('b', 500_000));
            Assert.Equal(500_001, mine.Receive<string>().Length);
            mine.Send("stop");
            Assert.Throws<EndOfStreamException>(() => mine.Receive<string>());
            Assert.Throws<IOException>(() => mine.SendBytes([1]));
            child.Join();
            Assert.Equal(0, child.ExitCode);
        }
    }

    [Fact]
    public async Task Ends_travel_through_tasks_results_queues_and_other_pipes()
    {
        await using var pool = new ProcessPool(new ProcessPoolOptions { Workers = 2 });
        (Connection here, Connection there) = await pool.RunAsync(static () => Connection.CreatePipe());
        using var queue = new ProcessQueue<Connection>();
        (Connection one, Connection other) = Connection.CreatePipe();
        using (here)
        using (one)
        {
            queue.Put(there);
            there.Dispose();
            Task relaying = pool.RunAsync(
                static argument =>
                {
                    using Connection end = argument.Queue.Get();
                    using Connection onward = argument.Other;
                    onward.Send(end);
                },
                (Queue: queue, Other: other));
            using Connection back = one.Receive<Connection>();
            await relaying;
            other.Dispose();
            back.SendBytes([9]);
            Assert.Equal([9], here.ReceiveBytes());
            back.Dispose();
            Assert.Throws<EndOfStreamException>(() => here.ReceiveBytes());
            Assert.Throws<EndOfStreamException>(() => one.ReceiveBytes());
        }
    }

    [Fact]
    public void An_end_can_be_on_many_ways_at_once_but_not_on_any_number()
    {
        (Connection mine, Connection theirs) = Connection.CreatePipe();
        using var queue = new ProcessQueue<Connection>();
        using (mine)
        {
            for (int i = 0; i < 1000; i++)
            {
                queue.Put(theirs);
            }

            Assert.Contains("1000", Assert.Throws<UnserializableException>(() => queue.Put(theirs)).InnerException!.Message, StringComparison.Ordinal);
            theirs.Dispose();
            while (queue.TryGet(out Connection? end))
            {
                Assert.False(mine.Poll());
                end.Dispose();
            }

            Assert.Throws<EndOfStreamException>(() => mine.ReceiveBytes());
        }
    }

    [Fact]
    public void Shared_objects_travel_with_their_memory()
    {
        (Connection one, Connection other) = Connection.CreatePipe();
        using (one)
        using (other)
        {
            using var probe = new SharedProbe { [3] = 5 };
            one.Send(probe);
            using SharedProbe got = other.Receive<SharedProbe>();
            got[3]++;
            Assert.Equal(6, probe[3]);
        }
    }

    [Fact]
    public void An_end_that_was_forgotten_is_closed_when_it_is_garbage()
    {
        Connection mine = Forget();
        using (mine)
        {
            long start = Stopwatch.GetTimestamp();
            while (!mine.Poll(TimeSpan.FromMilliseconds(10)))
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(20));
            }

            Assert.Throws<EndOfStreamException>(() => mine.ReceiveBytes());
        }

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        static Connection Forget() => Connection.CreatePipe().First;
    }

    [Theory]
    [InlineData("unserializable")]
    [InlineData("closed")]
    [InlineData("cancelled")]
    [InlineData("cancelled async")]
    [InlineData("unserializable for a queue")]
    [InlineData("unserializable for a task")]
    public async Task An_end_that_could_not_be_sent_is_not_on_its_way(string why)
    {
        (Connection mine, Connection theirs) = Connection.CreatePipe();
        (Connection box, Connection putting) = Connection.CreatePipe();
        using (mine)
        using (box)
        using (putting)
        {
            using var patience = new CancellationTokenSource();
            switch (why)
            {
                case "unserializable":
                    Assert.Throws<UnserializableException>(() => putting.Send<object>((theirs, Thread.CurrentThread)));
                    break;
                case "closed":
                    box.Dispose();
                    Assert.Throws<IOException>(() => putting.Send(theirs));
                    break;
                case "unserializable for a queue":
                    using (var queue = new ProcessQueue<object>())
                    {
                        Assert.Throws<UnserializableException>(() => queue.Put((theirs, Thread.CurrentThread)));
                    }

                    break;
                case "unserializable for a task":
                    await using (var pool = new ProcessPool(new ProcessPoolOptions { Workers = 1 }))
                    {
                        await Assert.ThrowsAsync<UnserializableException>(
                            () => pool.RunAsync(static given => given.ToString(), (object)(theirs, Thread.CurrentThread)));
                    }

                    break;
                default:
                    patience.CancelAfter(200);
                    await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
                    {
                        while (true)
                        {
                            await putting.SendBytesAsync(new byte[50_000], patience.Token);
                        }
                    });
                    using (var moment = new CancellationTokenSource(50))
                    {
                        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
                        {
                            while (why == "cancelled")
                            {
                                putting.Send(theirs, moment.Token);
                            }

                            while (true)
                            {
                                await putting.SendAsync(theirs, moment.Token);
                            }
                        });
                    }

                    // Small ones may have gone in.
                    while (box.Poll())
                    {
                        byte[]? bytes = null;
                        try
                        {
                            bytes = box.ReceiveBytes();
                            Multiprocessing.Serialization.SelfContainedPayload.Deserialize<Connection>(bytes).Dispose();
                        }
                        catch (PayloadException)
                        {
                            Assert.Equal(50_000, bytes!.Length);
                        }
                    }

                    break;
            }

            Task<byte[]> waiting = mine.ReceiveBytesAsync(Stop).AsTask();
            theirs.Dispose();
            await Assert.ThrowsAsync<EndOfStreamException>(() => waiting.WaitAsync(TimeSpan.FromSeconds(10), Stop));
        }
    }

    [Fact]
    public void A_socket_and_a_closed_end_cannot_be_sent()
    {
        using var listener = new ConnectionListener();
        using Connection socket = Connection.Connect(listener.Address);
        (Connection one, Connection other) = Connection.CreatePipe();
        using (one)
        {
            Assert.Throws<UnserializableException>(() => one.Send(socket));
            other.Dispose();
            using var queue = new ProcessQueue<Connection>();
            Assert.Throws<UnserializableException>(() => queue.Put(other));
            Assert.True(queue.IsEmpty);
        }
    }

    [Fact]
    public void Ends_are_held_as_long_as_anybody_has_them_or_will()
    {
        using var root = new TreeRoot();
        using var one = new Tests.Memory.TestMember(root);
        using var two = new Tests.Memory.TestMember(root);
        SharedBlock block = SharedBlock.Allocate(SharedKind.None, PipeLayout.FirstRing);
        var first = new PipeEnds(block, one.Participant);
        var second = new PipeEnds(block, two.Participant);
        Assert.False(first.IsHeld(0));
        first.Join(0);
        first.Join(0);
        first.Leave(0);
        Assert.True(second.IsHeld(0));
        (int place, ulong mark) = first.Depart(0);
        first.Leave(0);
        Assert.True(second.IsHeld(0));
        second.Join(0);
        second.Arrive(0, place, mark);
        second.Arrive(0, place, mark);
        second.Leave(0);
        Assert.False(first.IsHeld(0));

        (place, mark) = first.Depart(0);
        Assert.False(first.IsHeld(1));
        one.Die();
        Assert.False(second.IsHeld(0));
        (place, mark) = second.Depart(0);
        second.Entrust(0, place, mark);
        two.Die();
        using var three = new Tests.Memory.TestMember(root);
        var third = new PipeEnds(block, three.Participant);
        Assert.True(third.IsHeld(0));
        third.Join(0);
        third.Arrive(0, place, mark);
        third.Leave(0);
        Assert.False(third.IsHeld(0));
        GC.KeepAlive(block);
    }
}
