using Multiprocessing.Messaging.Connections;
using Multiprocessing.Messaging.Queues;
using Multiprocessing.Tests.Synchronization;

namespace Multiprocessing.Tests.Messaging.Connections.Pipes;

public sealed class PipeOfThreadsTests() : PipeContract(OtherSide.Threads);

public sealed class PipeOfSpawnedProcessesTests() : PipeContract(OtherSide.Spawned);

public sealed class PipeOfStandbyProcessesTests() : PipeContract(OtherSide.Standby);

/// <summary>What a pipe does whose other end is used elsewhere: its messages, and waiting for them.</summary>
public abstract partial class PipeContract(OtherSide side) : SharedContract(side)
{
    /// <summary>The largest message that goes through the ring itself.</summary>
    private static readonly int LargestInRing =
        (PipeLayout.Cells / 4 * QueueLayout.PayloadInMore) - QueueLayout.CellSize - QueueMessage.BareHeaderSize;

    [Fact]
    public async Task Bytes_and_objects_from_elsewhere_come_whole_in_order_and_apart_however_they_were_sent()
    {
        (Connection mine, Connection theirs) = Connection.CreatePipe();
        using (mine)
        using (theirs)
        {
            await Others.RunAsync(
                static async end =>
                {
                    end.SendBytes([1, 2, 3]);
                    end.SendBytes([]);
                    await end.SendBytesAsync(ReadOnlyMemory<byte>.Empty);
                    end.SendBytes([4], TestEnd);
                    end.Send(new Dictionary<string, int[]> { ["a"] = [1, 2] });
                    await end.SendAsync<string?>(null);
                    await end.SendAsync(new string('x', 500_000));
                    end.Send<Func<int, int>>(static x => x + 1);
                    Assert.Throws<UnserializableException>(() => end.Send(Thread.CurrentThread));
                    await end.SendBytesAsync(Pattern(LargestInRing + 1));
                },
                theirs);
            Assert.Equal([1, 2, 3], mine.ReceiveBytes());
            Assert.Empty(mine.ReceiveBytes());
            Assert.Empty(await mine.ReceiveBytesAsync(TestEnd));
            Assert.Equal([4], mine.ReceiveBytes(TestEnd));
            Assert.Equal([1, 2], mine.Receive<Dictionary<string, int[]>>()["a"]);
            Assert.Null(await mine.ReceiveAsync<string?>(TestEnd));
            Assert.Equal(500_000, (await mine.ReceiveAsync<string>(TestEnd)).Length);
            Assert.Equal(8, mine.Receive<Func<int, int>>()(7));
            Assert.True(IsPattern(LargestInRing + 1, mine.ReceiveBytes()));
            Assert.False(mine.Poll());
        }
    }

    [Fact]
    public async Task Messages_of_every_size_that_makes_a_difference_come_back()
    {
        (Connection mine, Connection theirs) = Connection.CreatePipe();
        using (mine)
        {
            Task echo = Others.RunAsync(Echo, theirs);
            theirs.Dispose();
            int first = QueueLayout.PayloadInFirst;
            int[] sizes =
            [
                0, 1, first - 2, first - 1, first, first + QueueLayout.PayloadInMore - 1, first + QueueLayout.PayloadInMore, 511, 512, 4096,
                LargestInRing - 1, LargestInRing, LargestInRing + 1, (int)QueueLayout.SizeFor(PipeLayout.Cells), 1 << 20,
            ];
            foreach (int size in sizes)
            {
                mine.SendBytes(Pattern(size));
                Assert.True(IsPattern(size, await mine.ReceiveBytesAsync(TestEnd)), $"{size} bytes");
            }

            // All on their way at once, there and back.
            Task sending = Task.Run(() => Array.ForEach(sizes, size => mine.SendBytes(Pattern(size))), TestEnd);
            foreach (int size in sizes)
            {
                Assert.True(IsPattern(size, mine.ReceiveBytes()), $"{size} bytes");
            }

            await sending;
            mine.Dispose();
            await echo;
        }
    }

    [Fact]
    public async Task A_message_larger_than_all_that_a_pipe_may_hold_comes_back()
    {
        const int Size = (int)PipeLayout.MaxBytes + 1_000_003;
        (Connection mine, Connection theirs) = Connection.CreatePipe();
        using (mine)
        {
            Task echo = Others.RunAsync(Echo, theirs);
            theirs.Dispose();
            byte[] huge = Pattern(Size);
            mine.SendBytes([1]);
            await mine.SendBytesAsync(huge, TestEnd);
            mine.SendBytes([2]);
            Assert.Equal([1], mine.ReceiveBytes());
            Assert.True(huge.AsSpan().SequenceEqual(mine.ReceiveBytes()));
            Assert.Equal([2], mine.ReceiveBytes());
            mine.Dispose();
            await echo;
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_sender_elsewhere_waits_while_the_pipe_is_full_and_goes_on_in_order(bool async)
    {
        const int Count = 3000;
        (Connection mine, Connection theirs) = Connection.CreatePipe();
        using var sent = new SharedValue<int>();
        using (mine)
        using (theirs)
        {
            Task sending = Others.RunAsync(
                static async work =>
                {
                    for (int i = 0; i < Count; i++)
                    {
                        byte[] message = BitConverter.GetBytes(i).Concat(new byte[i % 1000]).ToArray();
                        if (work.async)
                        {
                            await work.theirs.SendBytesAsync(message);
                        }
                        else
                        {
                            work.theirs.SendBytes(message);
                        }

                        work.sent.Increment();
                    }
                },
                (theirs, sent, async));
            int before = -1;
            while (sent.Value != before || before == 0)
            {
                before = sent.Value;
                await Task.Delay(Short, TestEnd);
            }

            Assert.InRange(before, 1, Count - 1);
            for (int i = 0; i < Count; i++)
            {
                byte[] message = i % 2 == 0 ? mine.ReceiveBytes() : await mine.ReceiveBytesAsync(TestEnd);
                Assert.Equal((i, 4 + (i % 1000)), (BitConverter.ToInt32(message), message.Length));
            }

            await sending;
        }
    }

    [Fact]
    public async Task Who_waits_elsewhere_gets_what_is_sent_here_by_whatever_call()
    {
        (Connection mine, Connection theirs) = Connection.CreatePipe();
        using (mine)
        using (theirs)
        {
            Task<string> waiting = Others.RunAsync(
                static async end =>
                {
                    string got = $"{end.ReceiveBytes().Length} {(await end.ReceiveBytesAsync()).Length} {end.Receive<int>()} {await end.ReceiveAsync<int>()}";
                    byte[] room = new byte[10];
                    got += $" {end.ReceiveBytes(room.AsSpan(2, 3))} {await end.ReceiveBytesAsync(room.AsMemory(5))} {string.Join(",", room)}";
                    Assert.Equal([9, 9], Assert.Throws<BufferTooShortException>(() => end.ReceiveBytes(Span<byte>.Empty)).ReceivedMessage.ToArray());
                    return got + $" {end.Poll(Timeout.InfiniteTimeSpan)} {await end.PollAsync(Timeout.InfiniteTimeSpan)} {end.ReceiveBytes(TestEnd).Length}";
                },
                theirs);
            foreach (Action send in (Action[])
            [
                () => mine.SendBytes([1]), () => mine.SendBytes([]), () => mine.Send(3), () => mine.Send(4), () => mine.SendBytes([5, 6, 7]),
                () => mine.SendBytes([8]), () => mine.SendBytes([9, 9]), () => mine.SendBytes(new byte[7]),
            ])
            {
                await Task.Delay(5, TestEnd);
                Assert.False(waiting.IsCompleted);
                send();
            }

            Assert.Equal("1 0 3 4 3 1 0,0,5,6,7,8,0,0,0,0 True True 7", await waiting);
        }
    }

    [Fact]
    public async Task Polling_elsewhere_waits_no_longer_than_told_and_takes_nothing()
    {
        (Connection mine, Connection theirs) = Connection.CreatePipe();
        using (mine)
        using (theirs)
        {
            Assert.True(await Others.RunAsync(
                static async end => !end.Poll() && !end.Poll(Short) && !await end.PollAsync(Short) && !await end.PollAsync(), theirs));
            Task<bool> waiting = Others.RunAsync(static end => end.Poll(TimeSpan.MaxValue), theirs);
            await Task.Delay(Short, TestEnd);
            Assert.False(waiting.IsCompleted);
            mine.SendBytes([]);
            Assert.True(await waiting);
            Assert.True(await Others.RunAsync(static async end => end.Poll() && await end.PollAsync(TimeSpan.MaxValue), theirs));
            Assert.True(await Others.RunAsync(static end => end.ReceiveBytes().Length == 0 && !end.Poll(), theirs));
        }
    }

    [Fact]
    public async Task Several_pipes_and_a_queue_are_waited_for_together_elsewhere()
    {
        (Connection one, Connection other) = Connection.CreatePipe();
        (Connection two, Connection another) = Connection.CreatePipe(duplex: false);
        using var queue = new ProcessQueue<int>();
        Task waiting = Others.RunAsync(
            static async work =>
            {
                using Connection first = work.other;
                using Connection second = work.two;
                IWaitable[] all = [first, second, work.queue];
                Assert.Empty(Connection.WaitAny(all, Short));
                first.Send("begins");
                for (int i = 0; i < 4; i++)
                {
                    IReadOnlyList<IWaitable> ready = i % 2 == 0 ? Connection.WaitAny(all) : await Connection.WaitAnyAsync(all, TimeSpan.MaxValue);
                    int which = Array.IndexOf(all, Assert.Single(ready));
                    Action take = which switch
                    {
                        0 => () => first.ReceiveBytes(),
                        1 when i == 3 => () => Assert.Throws<EndOfStreamException>(() => second.ReceiveBytes()),
                        1 => () => second.ReceiveBytes(),
                        _ => () => work.queue.Get(),
                    };
                    take();
                    first.Send(which);
                }
            },
            (other, two, queue));
        using (one)
        {
            other.Dispose();
            two.Dispose();
            Assert.Equal("begins", one.Receive<string>());
            int[] order = new int[4];
            Action[] steps = [() => queue.Put(1), () => another.SendBytes([1]), () => one.SendBytes([]), another.Dispose];
            for (int i = 0; i < steps.Length; i++)
            {
                await Task.Delay(5, TestEnd);
                steps[i]();
                order[i] = one.Receive<int>();
            }

            Assert.Equal([2, 1, 0, 1], order);
            await waiting;
        }
    }

    private static byte[] Pattern(int size)
    {
        byte[] bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        return bytes;
    }

    private static bool IsPattern(int size, byte[] bytes) => bytes.AsSpan().SequenceEqual(Pattern(size));

    private static void Echo(Connection given)
    {
        using Connection end = given;
        try
        {
            while (true)
            {
                end.SendBytes(end.ReceiveBytes());
            }
        }
        catch (EndOfStreamException)
        {
            // That is all.
        }
    }
}
