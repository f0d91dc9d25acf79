using CsCheck;
using Multiprocessing.Pools;
using Multiprocessing.Serialization;

namespace Multiprocessing.Tests.Pools;

/// <summary>Bytes that nobody meant: a request or a response that was garbled costs its task and nothing else.</summary>
public sealed class PoolPayloadTests
{
    [Fact]
    public void Any_request_gets_a_response()
    {
        var symbols = new IncomingSymbols();
        var runner = new TaskRunner(WorkerSetup.Create(new ProcessPoolOptions()), symbols, new PoolWorker(workerId: 0, new InProcessReports()));
        runner.Initialize();
        Gen.Byte.Array[0, 40].Sample(
            bytes =>
            {
                var response = PayloadWriter.Rent();
                runner.Run(bytes, null, response, CancellationToken.None);
                var status = (ResponseStatus)response.Written[0];
                response.Return();
                return status is ResponseStatus.Failed or ResponseStatus.FailedInWords;
            },
            iter: 2_000,
            threads: 1);
    }

    [Fact]
    [Trait("PainPoint", "9")]
    public async Task A_response_that_cannot_be_read_fails_its_task_with_one_exception_type()
    {
        byte[][] responses = [[], [0], [0, 1, 2], [1], [1, 200, 200], [3], [3, 9], [9], [0, 0xff, 0xff, 0xff, 0xff, 0xff]];
        foreach (var response in responses)
        {
            var task = NewTask<List<string>>();
            task.SetResponse(response, IncomingSymbols.None);
            task.Conclude(TaskOutcome.Responded);
            task.Publish();
            await Assert.ThrowsAsync<PayloadException>(() => task.Task.WaitAsync(TimeSpan.FromSeconds(10)));
        }
    }

    [Fact]
    public async Task A_small_result_is_read_at_once_and_others_on_the_thread_pool()
    {
        var small = NewTask<int>();
        small.SetResponse([0, 7, 0, 0, 0], IncomingSymbols.None);
        small.Conclude(TaskOutcome.Responded);
        small.Publish();
        Assert.True(small.Task.IsCompletedSuccessfully);
        Assert.Equal(7, await small.Task);

        var truncated = NewTask<int>();
        truncated.SetResponse([0, 7, 0], IncomingSymbols.None);
        truncated.Conclude(TaskOutcome.Responded);
        truncated.Publish();
        await Assert.ThrowsAsync<PayloadException>(() => truncated.Task);
    }

    [Fact]
    public void A_worker_setup_survives_its_way()
    {
        var options = new ProcessPoolOptions
        {
            Initializer = static () => throw new FormatException("ran"),
            ExitHook = static () => throw new ArithmeticException("ended"),
            ExitHookTimeout = TimeSpan.FromSeconds(7),
        };
        var setup = WorkerSetup.FromBytes(WorkerSetup.Create(options).ToBytes(workerId: 3));
        Assert.Equal((3, Cultures.OfThisThread, TimeSpan.FromSeconds(7)), (setup.WorkerId, setup.Cultures, setup.ExitHookTimeout));
        Assert.Throws<FormatException>(setup.RunInitializer);
        Assert.Throws<ArithmeticException>(setup.RunExitHook);
        var empty = WorkerSetup.FromBytes(WorkerSetup.Create(new ProcessPoolOptions()).ToBytes(workerId: 0));
        empty.RunInitializer();
        empty.RunExitHook();
        Assert.Throws<PayloadException>(() => WorkerSetup.FromBytes([1, 2, 3]));
    }

    private static AwaitedTask<T> NewTask<T>() =>
        new() { Function = NewTask<T>, TakesToken = false, TimeoutTicks = -1, Token = CancellationToken.None };
}
