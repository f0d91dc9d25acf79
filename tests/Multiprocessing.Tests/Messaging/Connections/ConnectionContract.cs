namespace Multiprocessing.Tests.Messaging.Connections;

/// <summary>What every connection does, whatever carries it.</summary>
public abstract class ConnectionContract
{
    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Two ends that are connected. Both send and receive, and take objects.</summary>
    protected abstract ValueTask<(Connection One, Connection Other)> ConnectAsync();

    [Fact]
    public async Task Messages_arrive_whole_in_order_and_apart_also_empty_ones()
    {
        (Connection one, Connection other) = await ConnectAsync();
        using (one)
        using (other)
        {
            byte[][] messages = [[1, 2, 3], [], [4], [], new byte[100_000]];
            foreach (byte[] message in messages)
            {
                one.SendBytes(message);
            }

            foreach (byte[] message in messages)
            {
                Assert.Equal(message, other.ReceiveBytes());
            }

            Assert.False(other.Poll());
        }
    }

    [Fact]
    public async Task Both_directions_work_at_once_with_messages_larger_than_any_buffer()
    {
        (Connection one, Connection other) = await ConnectAsync();
        using (one)
        using (other)
        {
            byte[] large = new byte[8 << 20];
            new Random(1).NextBytes(large);
            Task sending = Task.WhenAll(one.SendBytesAsync(large, Stop).AsTask(), other.SendBytesAsync(large, Stop).AsTask());
            byte[][] got = await Task.WhenAll(one.ReceiveBytesAsync(Stop).AsTask(), other.ReceiveBytesAsync(Stop).AsTask());
            Assert.All(got, message => Assert.True(large.AsSpan().SequenceEqual(message)));
            await sending;
        }
    }

    [Fact]
    public async Task What_was_sent_before_the_peer_closed_is_received_and_then_the_end()
    {
        (Connection one, Connection other) = await ConnectAsync();
        using (other)
        {
            one.SendBytes([1]);
            one.SendBytes([2]);
            one.Dispose();
            Assert.Equal([1], other.ReceiveBytes());
            Assert.True(other.Poll());
            Assert.Equal([2], await other.ReceiveBytesAsync(Stop));
            Assert.True(other.Poll(Timeout.InfiniteTimeSpan));
            Assert.Throws<EndOfStreamException>(() => other.ReceiveBytes());
            await Assert.ThrowsAsync<EndOfStreamException>(() => other.ReceiveBytesAsync(Stop).AsTask());
            Assert.ThrowsAny<IOException>(() => SendForEver(other));
        }
    }

    [Fact]
    public async Task A_closed_end_says_so_and_can_be_closed_again()
    {
        (Connection one, Connection other) = await ConnectAsync();
        using (other)
        {
            one.Dispose();
            one.Dispose();
            Assert.True(one.IsDisposed);
            Assert.False(one.CanSend || one.CanReceive);
            Assert.Throws<ObjectDisposedException>(() => one.SendBytes([1]));
            Assert.Throws<ObjectDisposedException>(() => one.ReceiveBytes());
            Assert.Throws<ObjectDisposedException>(() => one.Poll());
            await Assert.ThrowsAsync<ObjectDisposedException>(() => one.SendAsync(1, Stop).AsTask());
            await Assert.ThrowsAsync<ObjectDisposedException>(() => one.ReceiveAsync<int>(Stop).AsTask());
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task Closing_calls_back_who_waits_at_this_end(int call)
    {
        (Connection one, Connection other) = await ConnectAsync();
        using (other)
        {
            Task waiting = call switch
            {
                0 => OnThreadAsync(() => one.ReceiveBytes()),
                1 => one.ReceiveBytesAsync(Stop).AsTask(),
                2 => OnThreadAsync(() => one.Poll(Timeout.InfiniteTimeSpan)),
                3 => one.PollAsync(Timeout.InfiniteTimeSpan, Stop).AsTask(),
                4 => Connection.WaitAnyAsync([one], Timeout.InfiniteTimeSpan, Stop).AsTask(),
                5 => OnThreadAsync(() => SendForEver(one)),
                _ => SendForEverAsync(one),
            };
            await Task.Delay(50, Stop);
            Assert.False(waiting.IsCompleted);
            one.Dispose();
            await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting);
        }
    }

    [Fact]
    public async Task Who_polls_is_told_of_a_message_that_came_along_with_another_ones()
    {
        (Connection one, Connection other) = await ConnectAsync();
        using (one)
        using (other)
        {
            Task<byte[]> receiving = OnThreadAsync(() => other.ReceiveBytes());
            await Task.Delay(20, Stop);
            Task<bool> polling = other.PollAsync(Timeout.InfiniteTimeSpan, Stop).AsTask();
            Task<bool> polling2 = OnThreadAsync(() => other.Poll(Timeout.InfiniteTimeSpan));
            Task<bool> limited = other.PollAsync(TimeSpan.FromSeconds(30), Stop).AsTask();
            for (int i = 0; i < 10; i++)
            {
                one.SendBytes([1]);
            }

            await receiving;
            Assert.All(await Task.WhenAll(polling, polling2, limited), Assert.True);
            for (int i = 0; i < 9; i++)
            {
                Assert.True(other.Poll());
                Assert.Single(other.ReceiveBytes());
            }

            Assert.False(other.Poll());
        }
    }

    [Fact]
    public async Task Pollers_and_receivers_of_one_end_get_on_side_by_side()
    {
        const int Count = 2000;
        (Connection one, Connection other) = await ConnectAsync();
        using (one)
        using (other)
        {
            Task sending = Task.Run(async () =>
            {
                for (int i = 0; i < Count; i++)
                {
                    await one.SendBytesAsync(new byte[i % 50 == 0 ? 100_000 : 5], Stop);
                }
            }, Stop);
            int received = 0;
            Task[] receiving = [.. Enumerable.Range(0, 3).Select(i => Task.Run(async () =>
            {
                while (Interlocked.Increment(ref received) <= Count)
                {
                    Assert.True(await other.PollAsync(i == 0 ? TimeSpan.FromSeconds(30) : Timeout.InfiniteTimeSpan, Stop));
                    await other.ReceiveBytesAsync(Stop);
                }
            }, Stop))];

            // Another one may be faster, so a poll proves nothing; but the last ones must not be left waiting for what is there.
            await Task.WhenAll([sending, .. receiving]);
            Assert.False(other.Poll());
        }
    }

    [Fact]
    public async Task Polling_waits_no_longer_than_told_and_takes_nothing()
    {
        (Connection one, Connection other) = await ConnectAsync();
        using (one)
        using (other)
        {
            Assert.False(other.Poll());
            Assert.False(other.Poll(TimeSpan.FromMilliseconds(20)));
            Assert.False(await other.PollAsync(TimeSpan.FromMilliseconds(20), Stop));
            Task<bool> waiting = other.PollAsync(Timeout.InfiniteTimeSpan, Stop).AsTask();
            one.SendBytes([]);
            Assert.True(await waiting);
            Assert.True(other.Poll());
            Assert.True(other.Poll());
            Assert.Empty(other.ReceiveBytes());
            Assert.False(other.Poll());
            Assert.Throws<ArgumentOutOfRangeException>(() => other.Poll(TimeSpan.FromMilliseconds(-2)));
        }
    }

    [Fact]
    public async Task A_cancelled_wait_takes_nothing()
    {
        (Connection one, Connection other) = await ConnectAsync();
        using (one)
        using (other)
        {
            using var source = new CancellationTokenSource();
            Task<byte[]> receiving = other.ReceiveBytesAsync(source.Token).AsTask();
            Task<bool> polling = one.PollAsync(Timeout.InfiniteTimeSpan, source.Token).AsTask();
            Task<bool> blocked = OnThreadAsync(() => one.Poll(Timeout.InfiniteTimeSpan, source.Token));
            await source.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => receiving);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => polling);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => blocked);
            Assert.ThrowsAny<OperationCanceledException>(() => one.Poll(TimeSpan.Zero, source.Token));
            Assert.ThrowsAny<OperationCanceledException>(() => other.ReceiveBytes(source.Token));
            Assert.ThrowsAny<OperationCanceledException>(() => one.SendBytes([1], source.Token));
            one.SendBytes([7]);
            Assert.Equal([7], other.ReceiveBytes());
        }
    }

    [Fact]
    public async Task A_message_too_long_for_its_destination_is_in_the_exception()
    {
        (Connection one, Connection other) = await ConnectAsync();
        using (one)
        using (other)
        {
            one.SendBytes([1, 2, 3]);
            one.SendBytes([4, 5, 6]);
            byte[] room = new byte[4];
            var error = Assert.Throws<BufferTooShortException>(() => other.ReceiveBytes(room.AsSpan(0, 2)));
            Assert.Equal([1, 2, 3], error.ReceivedMessage.ToArray());
            Assert.Equal(3, await other.ReceiveBytesAsync(room.AsMemory(), Stop));
            Assert.Equal([4, 5, 6, 0], room);
        }
    }

    [Fact]
    public async Task Windows_of_memory_are_sent_and_received_into_and_those_beyond_it_refused()
    {
        (Connection one, Connection other) = await ConnectAsync();
        using (one)
        using (other)
        {
            byte[] buffer = [0, 1, 2, 3, 4];
            one.SendBytes(buffer.AsSpan(3));
            one.SendBytes(buffer.AsSpan(5));
            await one.SendBytesAsync(buffer.AsMemory(1, 2), Stop);
            Assert.Throws<ArgumentOutOfRangeException>(() => one.SendBytes(buffer.AsSpan(6)));
            Assert.Throws<ArgumentOutOfRangeException>(() => one.SendBytes(buffer.AsSpan(-1)));
            Assert.Throws<ArgumentOutOfRangeException>(() => one.SendBytes(buffer.AsSpan(3, 3)));
            byte[] room = new byte[6];
            Assert.Equal(2, other.ReceiveBytes(room.AsSpan(4)));
            Assert.Equal(0, other.ReceiveBytes(room.AsSpan(6)));
            Assert.Equal(2, await other.ReceiveBytesAsync(room.AsMemory(1, 3), Stop));
            Assert.Equal([0, 1, 2, 0, 3, 4], room);
            Assert.False(other.Poll());
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_message_beyond_the_limit_of_a_call_is_refused_and_ends_receiving_but_not_sending(bool async)
    {
        (Connection one, Connection other) = await ConnectAsync();
        using (one)
        using (other)
        {
            one.SendBytes([]);
            one.SendBytes([1, 2, 3]);
            one.SendBytes(new byte[100_000]);
            one.SendBytes([5]);
            Assert.Throws<ArgumentOutOfRangeException>(() => other.ReceiveBytes(-1));
            await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => other.ReceiveBytesAsync(-1, Stop).AsTask());
            Assert.Empty(other.ReceiveBytes(0));
            Assert.Equal([1, 2, 3], async ? await other.ReceiveBytesAsync(3, Stop) : other.ReceiveBytes(3));
            var error = async
                ? await Assert.ThrowsAsync<IOException>(() => other.ReceiveBytesAsync(99_999, Stop).AsTask())
                : Assert.Throws<IOException>(() => other.ReceiveBytes(99_999));
            Assert.Contains("100000", error.Message, StringComparison.Ordinal);
            Assert.True(other.Poll());
            Assert.Throws<IOException>(() => other.ReceiveBytes());
            await Assert.ThrowsAsync<IOException>(() => other.ReceiveAsync<int>(Stop).AsTask());
            Assert.False(other.IsDisposed);
            other.SendBytes([8]);
            Assert.Equal([8], one.ReceiveBytes());
        }
    }

    [Fact]
    public async Task Receiving_into_something_and_giving_up_while_messages_come_loses_none()
    {
        const int Count = 3000;
        (Connection one, Connection other) = await ConnectAsync();
        using (one)
        using (other)
        {
            Task sending = Task.Run(async () =>
            {
                for (int i = 0; i < Count; i++)
                {
                    await one.SendBytesAsync(BitConverter.GetBytes(i), Stop);
                    if (i % 7 == 0)
                    {
                        await Task.Yield();
                    }
                }
            }, Stop);
            var random = new Random(5);
            byte[] room = new byte[4];
            for (int i = 0; i < Count;)
            {
                using var source = new CancellationTokenSource();
                Task<int> receiving = i % 2 == 0
                    ? other.ReceiveBytesAsync(room.AsMemory(), source.Token).AsTask()
                    : Task.Run(() => other.ReceiveBytes(room, source.Token), Stop);
                if (random.Next(2) == 0)
                {
                    Thread.SpinWait(random.Next(2000));
                    await source.CancelAsync();
                }

                try
                {
                    Assert.Equal(4, await receiving);
                    Assert.Equal(i++, BitConverter.ToInt32(room));
                }
                catch (OperationCanceledException)
                {
                    // Then the message is still there.
                }
            }

            await sending;
            Assert.False(other.Poll());
        }
    }

    [Fact]
    public async Task Senders_do_not_mix_and_receivers_get_one_message_each()
    {
        const int Senders = 4;
        const int Each = 500;
        (Connection one, Connection other) = await ConnectAsync();
        using (one)
        using (other)
        {
            Task[] sending = [.. Enumerable.Range(0, Senders).Select(sender => Task.Run(async () =>
            {
                for (int i = 0; i < Each; i++)
                {
                    byte[] message = new byte[1 + (i * 37 % 3000)];
                    Array.Fill(message, (byte)sender);
                    await one.SendBytesAsync(message, Stop);
                }
            }, Stop))];
            Task<List<byte[]>>[] receiving = [.. Enumerable.Range(0, 2).Select(_ => Task.Run(async () =>
            {
                var got = new List<byte[]>();
                for (int i = 0; i < Senders * Each / 2; i++)
                {
                    got.Add(await other.ReceiveBytesAsync(Stop));
                }

                return got;
            }, Stop))];
            await Task.WhenAll(sending);
            byte[][] all = [.. (await Task.WhenAll(receiving)).SelectMany(static got => got)];
            Assert.All(all, message => Assert.Equal(-1, message.AsSpan().IndexOfAnyExcept(message[0])));
            Assert.All(Enumerable.Range(0, Senders), sender => Assert.Equal(Each, all.Count(message => message[0] == sender)));
        }
    }

    [Fact]
    public async Task Objects_arrive_as_they_were_and_what_cannot_be_sent_is_refused_at_once()
    {
        (Connection one, Connection other) = await ConnectAsync();
        using (one)
        using (other)
        {
            one.Send(new Dictionary<string, int[]> { ["a"] = [1, 2] });
            Assert.Equal([1, 2], other.Receive<Dictionary<string, int[]>>()["a"]);
            Assert.Throws<UnserializableException>(() => one.Send(new Unsendable()));
            Assert.False(other.Poll());
            await one.SendAsync("text", Stop);
            await Assert.ThrowsAsync<PayloadException>(() => other.ReceiveAsync<Version>(Stop).AsTask());
            one.Send<Func<int, int>>(static x => x + 1);
            Assert.Equal(8, other.Receive<Func<int, int>>()(7));
        }
    }

    private static Task<T> OnThreadAsync<T>(Func<T> function) =>
        Task.Factory.StartNew(function, Stop, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static Task OnThreadAsync(Action action) =>
        Task.Factory.StartNew(action, Stop, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static async Task SendForEverAsync(Connection connection)
    {
        while (true)
        {
            await connection.SendBytesAsync(new byte[1000], Stop);
        }
    }

    private static void SendForEver(Connection connection)
    {
        while (true)
        {
            connection.SendBytes(new byte[1000]);
        }
    }

    private sealed class Unsendable
    {
        public FileStream Stream { get; } = new(Path.GetTempFileName(), FileMode.Open, FileAccess.Read, FileShare.Read, 1, FileOptions.DeleteOnClose);
    }
}
