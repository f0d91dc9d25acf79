namespace Multiprocessing.Tests.Messaging.Connections.Pipes;

/// <content>Ends that are closed, used in the wrong direction, given up waiting at, and handed on.</content>
public abstract partial class PipeContract
{
    [Fact]
    public async Task The_wrong_direction_is_refused_elsewhere_too_and_a_closed_end_says_so()
    {
        (Connection receiving, Connection sending) = Connection.CreatePipe(duplex: false);
        using (receiving)
        using (sending)
        {
            await Others.RunAsync(
                static ends =>
                {
                    Assert.True(ends.receiving is { CanReceive: true, CanSend: false } && ends.sending is { CanReceive: false, CanSend: true });
                    Assert.Throws<InvalidOperationException>(() => ends.receiving.SendBytes([1]));
                    Assert.Throws<InvalidOperationException>(() => ends.receiving.Send(1));
                    Assert.Throws<InvalidOperationException>(() => ends.sending.ReceiveBytes());
                    Assert.Throws<InvalidOperationException>(() => ends.sending.Receive<int>());
                    Assert.Throws<InvalidOperationException>(() => ends.sending.Poll());
                    Assert.Throws<InvalidOperationException>(() => Connection.WaitAny(ends.sending));
                    ends.sending.SendBytes([7]);
                    ends.sending.Dispose();
                    ends.sending.Dispose();
                    Assert.True(ends.sending is { IsDisposed: true, CanSend: false, CanReceive: false });
                    Assert.Throws<ObjectDisposedException>(() => ends.sending.SendBytes([8]));
                    Assert.Equal([7], ends.receiving.ReceiveBytes());
                    ends.receiving.Dispose();
                    Assert.Throws<ObjectDisposedException>(() => ends.receiving.ReceiveBytes());
                    Assert.Throws<ObjectDisposedException>(() => ends.receiving.Poll());
                    Assert.Throws<ObjectDisposedException>(() => Connection.WaitAny(ends.receiving));
                },
                (receiving, sending));

            // Those were objects of their own.
            sending.SendBytes([9]);
            Assert.Equal([9], receiving.ReceiveBytes());
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task When_it_is_closed_elsewhere_what_was_sent_comes_and_then_the_end_for_all_who_wait(bool isDuplex)
    {
        (Connection mine, Connection theirs) = Connection.CreatePipe(isDuplex);
        using var go = new ProcessEvent();
        using (mine)
        {
            Task closing = Others.RunAsync(
                static work =>
                {
                    using Connection end = work.theirs;
                    end.SendBytes([1]);
                    end.SendBytes(new byte[300_000]);
                    work.go.Wait();
                },
                (theirs, go));
            theirs.Dispose();
            Assert.Single(mine.ReceiveBytes());
            Task<byte[]> large = mine.ReceiveBytesAsync(TestEnd).AsTask();
            Assert.Equal(300_000, (await large).Length);
            Task[] waiting =
            [
                OnThreadAsync(() => mine.ReceiveBytes()), mine.ReceiveAsync<int>(TestEnd).AsTask(), OnThreadAsync(() => mine.Poll(Timeout.InfiniteTimeSpan)),
                mine.PollAsync(Timeout.InfiniteTimeSpan, TestEnd).AsTask(), OnThreadAsync(() => Connection.WaitAny(mine)),
            ];
            await Task.Delay(Short, TestEnd);
            Assert.All(waiting, static one => Assert.False(one.IsCompleted));
            go.Set();
            await closing;
            await Assert.ThrowsAsync<EndOfStreamException>(() => waiting[0]);
            await Assert.ThrowsAsync<EndOfStreamException>(() => waiting[1]);
            await Task.WhenAll(waiting[2..]);
            Assert.True(mine.Poll());
            Assert.Throws<EndOfStreamException>(() => mine.ReceiveBytes());
            if (isDuplex)
            {
                Assert.Throws<IOException>(() => mine.SendBytes([1]));
                await Assert.ThrowsAsync<IOException>(() => mine.SendAsync(1, TestEnd).AsTask());
            }
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_sender_elsewhere_that_waits_for_room_is_told_when_this_end_is_closed(bool async)
    {
        (Connection mine, Connection theirs) = Connection.CreatePipe();
        using var sent = new SharedValue<int>();
        Task sending = Others.RunAsync(
            static async work =>
            {
                using Connection end = work.theirs;
                await Assert.ThrowsAsync<IOException>(async () =>
                {
                    while (true)
                    {
                        await (work.async ? end.SendBytesAsync(new byte[10_000]) : ValueTask.CompletedTask);
                        end.SendBytes(new byte[10_000]);
                        work.sent.Increment();
                    }
                });
            },
            (theirs, sent, async));
        theirs.Dispose();
        int before = -1;
        while (sent.Value != before || before == 0)
        {
            before = sent.Value;
            await Task.Delay(Short, TestEnd);
        }

        Assert.False(sending.IsCompleted);
        mine.Dispose();
        await sending;
    }

    [Fact]
    public async Task Closing_an_end_elsewhere_calls_back_who_waits_at_that_object()
    {
        (Connection mine, Connection theirs) = Connection.CreatePipe();
        using (mine)
        using (theirs)
        {
            await Others.RunAsync(
                static async end =>
                {
                    Task[] waiting =
                    [
                        OnThreadAsync(() => end.ReceiveBytes()), end.ReceiveBytesAsync().AsTask(), OnThreadAsync(() => end.Poll(Timeout.InfiniteTimeSpan)),
                        end.PollAsync(Timeout.InfiniteTimeSpan).AsTask(), Connection.WaitAnyAsync([end], Timeout.InfiniteTimeSpan).AsTask(),
                    ];
                    await Task.Delay(Short);
                    Assert.All(waiting, static one => Assert.False(one.IsCompleted));
                    end.Dispose();
                    foreach (Task one in waiting)
                    {
                        await Assert.ThrowsAsync<ObjectDisposedException>(() => one);
                    }
                },
                theirs);

            // This process still has that end.
            mine.SendBytes([1]);
            Assert.Equal([1], theirs.ReceiveBytes());
        }
    }

    [Fact]
    public async Task Giving_up_elsewhere_takes_nothing_sends_nothing_and_leaves_the_pipe_as_it_was()
    {
        (Connection mine, Connection theirs) = Connection.CreatePipe();
        using (mine)
        using (theirs)
        {
            int sent = await Others.RunAsync(
                static async end =>
                {
                    for (int i = 0; i < 4; i++)
                    {
                        using var source = new CancellationTokenSource(Short);
                        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => _ = i switch
                        {
                            0 => end.ReceiveBytes(source.Token).Length,
                            1 => (await end.ReceiveBytesAsync(source.Token)).Length,
                            2 => await end.PollAsync(Timeout.InfiniteTimeSpan, source.Token) ? 1 : 0,
                            _ => (await Connection.WaitAnyAsync([end], Timeout.InfiniteTimeSpan, source.Token)).Count,
                        });
                    }

                    int count = 0;
                    for (int i = 0; i < 20; i++)
                    {
                        using var source = new CancellationTokenSource(Short);
                        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
                        {
                            while (true)
                            {
                                byte[] message = [.. BitConverter.GetBytes(count), .. new byte[i % 2 == 0 ? 1000 : 100_000]];
                                if (i % 3 == 0)
                                {
                                    await end.SendBytesAsync(message, source.Token);
                                }
                                else
                                {
                                    end.SendBytes(message, source.Token);
                                }

                                count++;
                            }
                        });
                    }

                    return count;
                },
                theirs);
            Assert.NotEqual(0, sent);
            for (int i = 0; i < sent; i++)
            {
                Assert.Equal(i, BitConverter.ToInt32(mine.ReceiveBytes()));
            }

            Assert.False(mine.Poll());
            mine.SendBytes([3]);
            Assert.Equal([3], await Others.RunAsync(static end => end.ReceiveBytes(), theirs));
        }
    }

    [Fact]
    public async Task An_end_goes_from_hand_to_hand_and_stays_open_although_each_closes_its_own()
    {
        (Connection mine, Connection theirs) = Connection.CreatePipe();
        (Connection there, Connection from) = Connection.CreatePipe();
        using (mine)
        {
            Task<int> last = Others.RunAsync(
                static given =>
                {
                    using Connection box = given;
                    using Connection end = box.Receive<(int Number, Connection End)>().End;
                    int sum = 0;
                    try
                    {
                        while (true)
                        {
                            sum += end.Receive<int>();
                            end.Send(sum);
                        }
                    }
                    catch (EndOfStreamException)
                    {
                        return sum;
                    }
                },
                there);
            Task first = Others.RunAsync(
                static given =>
                {
                    using Connection box = given.from;
                    using Connection end = given.theirs;
                    Assert.Equal(1, end.Receive<int>());
                    end.Send(1);
                    box.Send((1, end));
                },
                (theirs, from));
            theirs.Dispose();
            there.Dispose();
            from.Dispose();
            mine.Send(1);
            Assert.Equal(1, mine.Receive<int>());
            await first;
            for (int i = 1; i < 10; i++)
            {
                mine.Send(i);
                Assert.Equal(i * (i + 1) / 2, mine.Receive<int>());
            }

            mine.Dispose();
            Assert.Equal(45, await last);
        }
    }
}
