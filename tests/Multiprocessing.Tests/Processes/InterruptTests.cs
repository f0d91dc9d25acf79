namespace Multiprocessing.Tests.Processes;

public sealed class InterruptTests
{
    [Fact]
    public async Task The_stopping_token_is_cancelled_and_the_function_goes_on()
    {
        string running = Answer.NewFile();
        using var child = new ChildProcess(stopping =>
        {
            Answer.Write(running, "");
            stopping.WaitHandle.WaitOne();
            return 12;
        });
        Assert.Equal(12, await InterruptAsync(child, running));
    }

    [Fact]
    public async Task A_function_that_gives_up_by_its_token_ends_by_the_signal()
    {
        string running = Answer.NewFile();
        string exit = Answer.NewFile();
        using var child = new ChildProcess(async stopping =>
        {
            AppDomain.CurrentDomain.ProcessExit += (_, _) => Answer.Write(exit, "exit handlers ran");
            Answer.Write(running, "");
            await Task.Delay(Timeout.Infinite, stopping);
        });
        Assert.Equal(-2, await InterruptAsync(child, running));
        Assert.Equal("exit handlers ran", await Answer.InAsync(exit));
    }

    [Fact]
    public async Task The_console_raises_CancelKeyPress()
    {
        string running = Answer.NewFile();
        using var child = new ChildProcess(() =>
        {
            using var pressed = new ManualResetEventSlim();
            Console.CancelKeyPress += (_, e) =>
            {
                e.Cancel = true;
                pressed.Set();
            };
            Answer.Write(running, "");
            pressed.Wait();
            return 13;
        });
        Assert.Equal(13, await InterruptAsync(child, running));
    }

    private static async Task<int?> InterruptAsync(ChildProcess child, string running)
    {
        child.Start();
        await Answer.InAsync(running);
        child.Interrupt();
        await child.WaitForExitAsync(TestContext.Current.CancellationToken);
        return child.ExitCode;
    }
}
