using System.Runtime.InteropServices;
using Multiprocessing.Platform;
using Multiprocessing.Platform.Linux;

namespace Multiprocessing.Tests.Processes;

public sealed class ExitCodeTests
{
    [Fact]
    public async Task A_function_that_returns_ends_with_0() => Assert.Equal(0, await RunAsync(new ChildProcess(() => { })));

    [Fact]
    public async Task A_result_is_the_exit_code() => Assert.Equal(7, await RunAsync(new ChildProcess(() => 7)));

    [Fact]
    public async Task The_system_keeps_the_lowest_8_bits_of_an_exit_code()
    {
        Assert.Equal(44, await RunAsync(new ChildProcess(() => 300)));
        Assert.Equal(255, await RunAsync(new ChildProcess(() => -1)));
    }

    [Fact]
    public async Task The_result_of_a_task_is_the_exit_code() => Assert.Equal(9, await RunAsync(new ChildProcess(async () =>
    {
        await Task.Yield();
        return 9;
    })));

    [Fact]
    public async Task A_task_without_a_result_ends_with_0() =>
        Assert.Equal(0, await RunAsync(new ChildProcess(async () => await Task.Yield())));

    [Fact]
    public async Task An_exception_ends_with_1() =>
        Assert.Equal(1, await RunAsync(new ChildProcess(() => throw new InvalidOperationException("meant to be seen in the output"))));

    [Fact]
    public async Task An_exception_in_a_task_ends_with_1() => Assert.Equal(1, await RunAsync(new ChildProcess(async () =>
    {
        await Task.Yield();
        throw new InvalidOperationException("meant to be seen in the output");
    })));

    [Fact]
    public async Task Environment_Exit_ends_with_its_code()
    {
        Assert.Equal(5, await RunAsync(new ChildProcess(() => Environment.Exit(5))));
        Assert.Equal(44, await RunAsync(new ChildProcess(() => Environment.Exit(300))));
    }

    [Fact]
    public async Task Environment_Exit_on_another_thread_ends_with_its_code() => Assert.Equal(6, await RunAsync(new ChildProcess(() =>
    {
        new Thread(() => Environment.Exit(6)).Start();
        Thread.CurrentThread.Join();
    })));

    [Fact]
    public async Task An_unhandled_exception_on_another_thread_is_SIGABRT() => Assert.Equal(-6, await RunAsync(new ChildProcess(() =>
    {
        var thread = new Thread(() => throw new InvalidOperationException("meant to be seen in the output"));
        thread.Start();
        thread.Join();
    })));

    [Fact]
    public async Task FailFast_is_SIGABRT() =>
        Assert.Equal(-6, await RunAsync(new ChildProcess(() => Environment.FailFast("meant to be seen in the output"))));

    [Fact]
    public async Task A_stack_overflow_is_SIGABRT() => Assert.Equal(-6, await RunAsync(new ChildProcess(() => Deeper(1))));

    [Fact]
    public async Task A_managed_access_violation_ends_the_process() =>
        Assert.Equal(-6, await RunAsync(new ChildProcess(() => (int)Marshal.ReadByte((nint)0x7000_0000))));

    [Theory]
    [InlineData(4)]
    [InlineData(6)]
    [InlineData(8)]
    [InlineData(11)]
    [InlineData(Signal.Terminate)]
    [InlineData(Signal.Kill)]
    public async Task Death_by_a_signal_is_its_negative_number(int signal) =>
        Assert.Equal(-signal, await RunAsync(new ChildProcess(() => Kernel.Lifetime.DieBySignal(signal))));

    [Fact]
    public async Task A_crash_in_native_code_is_SIGSEGV() =>
        Assert.Equal(-11, await RunAsync(new ChildProcess(static () => ReadInNativeCode(1))));

    [Fact]
    public async Task Terminate_is_SIGTERM() => Assert.Equal(-15, await EndAsync(child => child.Terminate()));

    [Fact]
    public async Task Kill_is_SIGKILL() => Assert.Equal(-9, await EndAsync(child => child.Kill()));

    [Fact]
    public async Task Interrupt_without_a_handler_is_SIGINT() => Assert.Equal(-2, await EndAsync(child => child.Interrupt()));

    [Fact]
    public async Task A_stopped_process_can_be_killed()
    {
        string running = Answer.NewFile();
        using var child = new ChildProcess(() =>
        {
            Answer.Write(running, "");
            Libc.Raise(Signal.Stop);
        });
        child.Start();
        await Answer.InAsync(running);
        child.Kill();
        await child.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(-9, child.ExitCode);
    }

    private static async Task<int?> EndAsync(Action<ChildProcess> end)
    {
        string running = Answer.NewFile();
        using var child = new ChildProcess(() =>
        {
            Answer.Write(running, "");
            Thread.CurrentThread.Join();
        });
        child.Start();
        await Answer.InAsync(running);
        Assert.True(child.IsAlive);
        end(child);
        await child.WaitForExitAsync(TestContext.Current.CancellationToken);
        end(child); // Nothing happens to a child that has ended.
        return child.ExitCode;
    }

    private static async Task<int?> RunAsync(ChildProcess child)
    {
        using (child)
        {
            child.Start();
            await child.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.False(child.IsAlive);
            return child.ExitCode;
        }
    }

    private static unsafe void ReadInNativeCode(nint address)
    {
        nint library = NativeLibrary.Load("libc.so.6");
        _ = ((delegate* unmanaged<nint, nint>)NativeLibrary.GetExport(library, "strlen"))(address);
    }

    private static int Deeper(int depth) => depth < 0 ? 0 : Deeper(depth + 1) + depth;
}
