using System.Diagnostics;

namespace Multiprocessing.Tests.Messaging.Waiting;

public sealed class WaitAnyTests
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(20);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pipes_sockets_queues_and_processes_are_waited_for_together()
    {
        (Connection pipe, Connection other) = Connection.CreatePipe();
        using var listener = new ConnectionListener();
        using Connection socket = Connection.Connect(listener.Address);
        using Connection accepted = await listener.AcceptAsync(Stop);
        using var queue = new ProcessQueue<int>();
        using var child = ChildProcess.Create(static (ProcessQueue<int> end) => { end.Get(); }, new ProcessQueue<int>());
        child.Start();
        using (pipe)
        using (other)
        {
            IWaitable[] all = [pipe, socket, queue, child];
            Assert.Empty(Connection.WaitAny(all, TimeSpan.Zero, Stop));
            long start = Stopwatch.GetTimestamp();
            Assert.Empty(await Connection.WaitAnyAsync(all, Short, Stop));
            Assert.True(Stopwatch.GetElapsedTime(start) >= Short);

            await BecomesReadyAsync(all, pipe, () => other.SendBytes([1]), () => pipe.ReceiveBytes());
            await BecomesReadyAsync(all, socket, () => accepted.SendBytes([1]), () => socket.ReceiveBytes());
            await BecomesReadyAsync(all, queue, () => queue.Put(1), () => queue.Get());
            await BecomesReadyAsync(all, child, child.Kill, static () => { });
            queue.Put(2);
            other.Dispose();
            Assert.Equal([pipe, queue, child], Connection.WaitAny(pipe, queue, child, queue));
        }
    }

    [Fact]
    public async Task A_wait_is_cancelled_and_takes_nothing_from_others()
    {
        using var queue = new ProcessQueue<int>();
        using var source = new CancellationTokenSource();
        Task waiting = Connection.WaitAnyAsync([queue], Timeout.InfiniteTimeSpan, source.Token).AsTask();
        Task<int> getting = queue.GetAsync(Stop).AsTask();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        waiting = Connection.WaitAnyAsync([queue], Timeout.InfiniteTimeSpan, Stop).AsTask();
        queue.Put(1);
        Assert.Equal(1, await getting);
        queue.Complete();
        await waiting;
    }

    [Fact]
    public async Task Bad_use_is_an_error_and_nothing_to_wait_for_is_not_waited_for()
    {
        Assert.Empty(Connection.WaitAny());
        Assert.Empty(await Connection.WaitAnyAsync());
        var queue = new ProcessQueue<int>();
        Assert.Throws<ArgumentOutOfRangeException>(() => Connection.WaitAny([queue], TimeSpan.FromSeconds(-2), Stop));
        Assert.Throws<ArgumentNullException>(() => Connection.WaitAny(null!, Short, Stop));
        Task waiting = Connection.WaitAnyAsync(queue).AsTask();
        queue.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting);
        Assert.Throws<ObjectDisposedException>(() => Connection.WaitAny(queue));
        using var child = new ChildProcess(static () => { });
        Assert.Throws<InvalidOperationException>(() => Connection.WaitAny(child));
    }

    [Fact]
    public void A_time_that_is_over_before_all_waits_have_begun_is_over()
    {
        using var queue = new ProcessQueue<int>();
        (Connection one, Connection other) = Connection.CreatePipe();
        Assert.Empty(Connection.WaitAny([new Laggard(), one, queue], Short, Stop));
        Assert.Empty(Connection.WaitAny([one, queue, new Laggard()], Short, Stop));
        other.Dispose();
        one.Dispose();
    }

    /// <summary>Comes back from the beginning of its wait when the time is over.</summary>
    private sealed class Laggard : IWaitable
    {
        public bool IsReady => false;

        public Task WaitUntilReadyAsync(CancellationToken cancellationToken)
        {
            cancellationToken.WaitHandle.WaitOne();
            throw new OperationCanceledException(cancellationToken);
        }
    }

    private static async Task BecomesReadyAsync(IWaitable[] all, IWaitable expected, Action makeReady, Action take)
    {
        Task<IReadOnlyList<IWaitable>> waiting = Connection.WaitAnyAsync(all, Timeout.InfiniteTimeSpan, Stop).AsTask();
        await Task.Delay(Short, Stop);
        Assert.False(waiting.IsCompleted);
        makeReady();
        Assert.Equal([expected], await waiting);
        take();
    }
}
