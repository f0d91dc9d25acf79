namespace Multiprocessing.Tests.Messaging.Connections.Pipes;

/// <summary>What becomes of a pipe when those die by SIGKILL who have its ends, or had them.</summary>
public sealed class PipeDeathTests
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(50);

    public static TheoryData<StartMethod> Methods => [StartMethod.Spawn, StartMethod.Standby];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Methods))]
    public async Task What_the_dead_had_sent_comes_and_then_the_end_for_all_who_wait(StartMethod method)
    {
        (Connection mine, Connection theirs) = Connection.CreatePipe();
        using (mine)
        {
            using ChildProcess child = Start(
                method,
                static end =>
                {
                    end.SendBytes([1]);
                    end.Send(new string('x', 300_000));
                    new ManualResetEventSlim().Wait();
                },
                theirs);
            theirs.Dispose();
            Assert.Equal([1], mine.ReceiveBytes());
            Assert.True(mine.Poll(Timeout.InfiniteTimeSpan));
            Task<string> text = mine.ReceiveAsync<string>(Stop).AsTask();
            Assert.Equal(300_000, (await text).Length);
            Task[] waiting =
            [
                OnThread(() => mine.ReceiveBytes()), mine.ReceiveBytesAsync(Stop).AsTask(), OnThread(() => mine.Poll(Timeout.InfiniteTimeSpan)),
                mine.PollAsync(Timeout.InfiniteTimeSpan, Stop).AsTask(), OnThread(() => Connection.WaitAny(mine)),
            ];
            await Task.Delay(Short, Stop);
            Assert.All(waiting, static one => Assert.False(one.IsCompleted));
            child.Kill();
            await Assert.ThrowsAsync<EndOfStreamException>(() => waiting[0]);
            await Assert.ThrowsAsync<EndOfStreamException>(() => waiting[1]);
            await Task.WhenAll(waiting[2..]);
            Assert.Throws<IOException>(() => mine.SendBytes([1]));
            child.Join();
        }
    }

    [Theory, MemberData(nameof(Methods))]
    public async Task Unread_messages_and_waiting_senders_are_of_no_consequence_when_the_receiver_dies(StartMethod method)
    {
        (Connection mine, Connection theirs) = Connection.CreatePipe();
        using (mine)
        {
            using ChildProcess child = Start(method, static end => new ManualResetEventSlim().Wait(), theirs);
            theirs.Dispose();
            Task[] sending = [OnThread(() => SendForEver(mine)), SendForEverAsync(mine)];
            await Task.Delay(300, Stop);
            Assert.All(sending, static one => Assert.False(one.IsCompleted));
            child.Kill();
            foreach (Task one in sending)
            {
                await Assert.ThrowsAsync<IOException>(() => one);
            }

            child.Join();
        }

        static int SendForEver(Connection connection)
        {
            while (true)
            {
                connection.SendBytes(new byte[10_000]);
            }
        }

        static async Task SendForEverAsync(Connection connection)
        {
            while (true)
            {
                await connection.SendBytesAsync(new byte[100_000]);
            }
        }
    }

    [Theory, MemberData(nameof(Methods))]
    public void An_end_works_on_when_its_creator_and_all_who_handed_it_on_have_died(StartMethod method)
    {
        (Connection box, Connection putting) = Connection.CreatePipe(duplex: false);
        using (box)
        {
            // It makes a pipe, sends both ends, and dies.
            using ChildProcess creator = Start(
                method,
                static box =>
                {
                    (Connection one, Connection other) = Connection.CreatePipe();
                    one.SendBytes([7]);
                    box.Send((one, other));
                    new ManualResetEventSlim().Wait();
                },
                putting);
            putting.Dispose();
            (Connection mine, Connection theirs) = box.Receive<(Connection, Connection)>();
            Kill(creator);

            // It hands its end on to another one, and dies as well.
            (Connection there, Connection from) = Connection.CreatePipe();
            using ChildProcess last = Start(
                method,
                static there =>
                {
                    using Connection end = there.Receive<Connection>();
                    there.Dispose();
                    end.SendBytes(end.ReceiveBytes());
                    end.SendBytes(end.ReceiveBytes());
                    new ManualResetEventSlim().Wait();
                },
                there);
            there.Dispose();
            using ChildProcess between = Start(
                method,
                static given =>
                {
                    given.from.Send(given.theirs);
                    new ManualResetEventSlim().Wait();
                },
                (theirs, from));
            theirs.Dispose();
            from.Dispose();
            using (mine)
            {
                Assert.Equal([7], mine.ReceiveBytes());
                Kill(between);
                mine.SendBytes(new byte[100_000]);
                Assert.Equal(100_000, mine.ReceiveBytes().Length);
                Kill(last);
                Assert.Throws<EndOfStreamException>(() => mine.ReceiveBytes());
            }

            Assert.Throws<EndOfStreamException>(() => box.ReceiveBytes());
        }
    }

    [Theory, MemberData(nameof(Methods))]
    public void An_end_that_waits_in_a_pipe_is_open_although_its_sender_has_died(StartMethod method)
    {
        (Connection box, Connection putting) = Connection.CreatePipe(duplex: false);
        (Connection mine, Connection theirs) = Connection.CreatePipe();
        using var sent = new ProcessEvent();
        using (box)
        using (mine)
        {
            using ChildProcess child = Start(
                method,
                static given =>
                {
                    given.theirs.SendBytes([1]);
                    given.putting.Send(given.theirs);
                    given.sent.Set();
                    new ManualResetEventSlim().Wait();
                },
                (theirs, putting, sent));
            theirs.Dispose();
            putting.Dispose();
            sent.Wait(Stop);
            Kill(child);
            Assert.Equal([1], mine.ReceiveBytes());
            Assert.False(mine.Poll(Short));
            using (Connection end = box.Receive<Connection>())
            {
                end.SendBytes([2]);
            }

            Assert.Equal([2], mine.ReceiveBytes());
            Assert.Throws<EndOfStreamException>(() => mine.ReceiveBytes());
            Assert.Throws<EndOfStreamException>(() => box.ReceiveBytes());
        }
    }

    [Theory, MemberData(nameof(Methods))]
    public async Task An_end_given_to_a_process_that_dies_before_it_takes_it_is_closed_for_all_who_wait(StartMethod method)
    {
        for (int i = 0; i < 10; i++)
        {
            (Connection mine, Connection theirs) = Connection.CreatePipe();
            using (mine)
            {
                using ChildProcess child = Start(method, static end => new ManualResetEventSlim().Wait(), theirs);
                theirs.Dispose();
                Task<byte[]> waiting = OnThread(() => mine.ReceiveBytes());
                await Task.Delay(i * 5, Stop);
                child.Kill();
                await Assert.ThrowsAsync<EndOfStreamException>(() => waiting);
                child.Join();
            }
        }
    }

    [Fact]
    public async Task An_end_given_to_a_task_that_never_runs_is_closed_for_all_who_wait()
    {
        await using var pool = new ProcessPool(new ProcessPoolOptions { Workers = 1 });
        using var cancelled = new CancellationTokenSource();
        using var go = new ProcessEvent();
        Task running = pool.RunAsync(static go => go.Wait(), go);
        (Connection mine, Connection theirs) = Connection.CreatePipe();
        using (mine)
        {
            Task task = pool.RunAsync(static end => end.Dispose(), theirs, cancellationToken: cancelled.Token);
            theirs.Dispose();
            Task<byte[]> waiting = OnThread(() => mine.ReceiveBytes());
            await Task.Delay(Short, Stop);
            Assert.False(waiting.IsCompleted);
            await cancelled.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task);
            await Assert.ThrowsAsync<EndOfStreamException>(() => waiting);
        }

        go.Set();
        await running;
    }

    private static ChildProcess Start<T>(StartMethod method, Action<T> target, T argument)
    {
        var child = ChildProcess.Create(target, argument);
        child.StartMethod = method;
        child.Start();
        return child;
    }

    private static void Kill(ChildProcess child)
    {
        child.Kill();
        child.Join();
    }

    private static Task<T> OnThread<T>(Func<T> function) =>
        Task.Factory.StartNew(function, Stop, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
