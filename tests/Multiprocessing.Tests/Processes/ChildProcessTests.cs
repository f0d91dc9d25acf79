using System.Diagnostics;
using Multiprocessing.Platform;

namespace Multiprocessing.Tests.Processes;

public sealed class ChildProcessTests
{
    [Fact]
    public async Task A_function_runs_in_another_process()
    {
        string id = await Answer.OfAsync(() => $"{Environment.ProcessId}");
        Assert.NotEqual($"{Environment.ProcessId}", id);
    }

    [Fact]
    public async Task An_argument_arrives()
    {
        string file = Answer.NewFile();
        using var child = ChildProcess.Create((string argument) => Answer.Write(file, argument), "the argument");
        child.Start();
        Assert.Equal("the argument", await Answer.InAsync(file));
        child.Join();
    }

    [Fact]
    public async Task A_function_with_an_argument_and_a_token_sets_the_exit_code()
    {
        using var child = ChildProcess.Create(static (int code, CancellationToken stopping) => stopping.CanBeCanceled ? code : 99, 21);
        child.Start();
        await child.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(21, child.ExitCode);
    }

    [Fact]
    public async Task A_large_argument_arrives()
    {
        byte[] large = new byte[3_000_000];
        large[^1] = 77;
        using var child = ChildProcess.Create(static (byte[] bytes) => bytes.Length == 3_000_000 ? bytes[^1] : 1, large);
        child.Start();
        await child.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(77, child.ExitCode);
    }

    [Theory]
    [InlineData(StartMethod.Spawn)]
    [InlineData(StartMethod.Standby)]
    public async Task Every_start_method_runs_children_one_after_the_other(StartMethod method)
    {
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal($"{i}", await Answer.OfAsync(() => $"{i}", child => child.StartMethod = method));
        }
    }

    [Fact]
    public async Task Its_state_shows_its_life()
    {
        string end = Answer.NewFile();
        using var child = new ChildProcess(() => SpinWait.SpinUntil(() => File.Exists(end))) { Name = "lively" };
        Assert.False(child.IsAlive);
        Assert.Null(child.ExitCode);
        Assert.Null(child.Id);
        Assert.Contains("lively, initial", child.ToString(), StringComparison.Ordinal);
        child.Start();
        Assert.True(child.IsAlive);
        Assert.Null(child.ExitCode);
        Assert.NotNull(child.Id);
        Assert.Contains("running", child.ToString(), StringComparison.Ordinal);
        Assert.Contains(child, ChildProcess.ActiveChildren);
        await File.WriteAllTextAsync(end, "", TestContext.Current.CancellationToken);
        child.Join();
        Assert.False(child.IsAlive);
        Assert.Equal(0, child.ExitCode);
        Assert.DoesNotContain(child, ChildProcess.ActiveChildren);
        Assert.Contains("ended, exit code 0", child.ToString(), StringComparison.Ordinal);
        File.Delete(end);
    }

    [Fact]
    public async Task It_cannot_be_started_twice()
    {
        using var child = new ChildProcess(() => { });
        child.Start();
        Assert.Throws<InvalidOperationException>(child.Start);
        await child.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Throws<InvalidOperationException>(child.Start);
        Assert.Equal(0, child.ExitCode);
    }

    [Fact]
    public async Task What_needs_a_started_child_says_so()
    {
        using var child = new ChildProcess(() => { });
        Assert.Throws<InvalidOperationException>(child.Join);
        Assert.Throws<InvalidOperationException>(() => child.Join(TimeSpan.Zero));
        Assert.Throws<InvalidOperationException>(child.Kill);
        Assert.Throws<InvalidOperationException>(child.Terminate);
        Assert.Throws<InvalidOperationException>(child.Interrupt);
        Assert.Throws<InvalidOperationException>(() => child.ExitWaitHandle);
        await Assert.ThrowsAsync<InvalidOperationException>(() => child.WaitForExitAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Settings_of_the_start_are_fixed_once_it_is_started()
    {
        using var child = new ChildProcess(() => { });
        child.Start();
        Assert.Throws<InvalidOperationException>(() => child.IsBackground = true);
        Assert.Throws<InvalidOperationException>(() => child.StartMethod = StartMethod.Spawn);
        Assert.Throws<InvalidOperationException>(() => child.Environment = null);
        Assert.Throws<InvalidOperationException>(() => child.WorkingDirectory = "/");
        child.Name = "renamed";
        Assert.Equal("renamed", child.Name);
        await child.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_disposed_child_runs_on()
    {
        string file = Answer.NewFile();
        var child = new ChildProcess(() =>
        {
            SpinWait.SpinUntil(() => File.Exists(file + ".go"));
            Answer.Write(file, "done");
        });
        child.Start();
        child.Dispose();
        child.Dispose();
        Assert.Contains(child, ChildProcess.ActiveChildren);
        Assert.Throws<ObjectDisposedException>(child.Join);
        Assert.Throws<ObjectDisposedException>(() => child.ExitCode);
        Assert.Throws<ObjectDisposedException>(() => child.IsAlive);
        Assert.Contains("disposed", child.ToString(), StringComparison.Ordinal);
        await File.WriteAllTextAsync(file + ".go", "", TestContext.Current.CancellationToken);
        Assert.Equal("done", await Answer.InAsync(file));
        File.Delete(file + ".go");
        Assert.True(SpinWait.SpinUntil(() => !ChildProcess.ActiveChildren.Contains(child), TimeSpan.FromSeconds(20)));
    }

    [Fact]
    [Trait("PainPoint", "34")]
    public async Task Fork_is_refused_with_the_alternative()
    {
        await Task.CompletedTask;
        using var child = new ChildProcess(() => { }) { StartMethod = StartMethod.Fork };
        var error = Assert.Throws<PlatformNotSupportedException>(child.Start);
        Assert.Contains("Standby", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(child, ChildProcess.ActiveChildren);
    }

    [Fact]
    public async Task What_cannot_be_copied_is_an_error_of_Start()
    {
        await Task.CompletedTask;
        using var stream = new FileStream("/dev/null", FileMode.Open);
        using var child = new ChildProcess(() => stream.ReadByte());
        Assert.Throws<UnserializableException>(child.Start);
        Assert.False(child.IsAlive);
    }

    [Fact]
    public async Task An_exception_is_written_under_the_name_of_the_process()
    {
        string file = Answer.NewFile();
        using var middle = new ChildProcess(() =>
        {
            using (FileStream error = File.Create(file))
            {
                Kernel.Lifetime.ReplaceStandardStream(2, new KernelHandle((int)error.SafeFileHandle.DangerousGetHandle(), ownsHandle: false));
            }
            using var child = new ChildProcess(() => throw new InvalidTimeZoneException("no such time")) { Name = "Clock" };
            child.Start();
            child.Join();
            return child.ExitCode!.Value;
        });
        middle.Start();
        await middle.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1, middle.ExitCode);
        string text = await Answer.InAsync(file);
        Assert.StartsWith("Process Clock:", text, StringComparison.Ordinal);
        Assert.Contains("System.InvalidTimeZoneException: no such time", text, StringComparison.Ordinal);
        Assert.Contains(nameof(An_exception_is_written_under_the_name_of_the_process), text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Foreground_threads_are_waited_for_and_background_threads_are_not()
    {
        string file = Answer.NewFile();
        long start = Stopwatch.GetTimestamp();
        using var child = new ChildProcess(() =>
        {
            new Thread(() => Thread.CurrentThread.Join()) { IsBackground = true }.Start();
            new Thread(() =>
            {
                Thread.CurrentThread.Join(300);
                Answer.Write(file, "finished");
            }).Start();
            return 3;
        });
        child.Start();
        await child.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(3, child.ExitCode);
        Assert.Equal("finished", await Answer.InAsync(file));
        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Exit_handlers_run_and_output_is_flushed()
    {
        string file = Answer.NewFile();
        string exit = Answer.NewFile();
        using var child = new ChildProcess(() =>
        {
            AppDomain.CurrentDomain.ProcessExit += (_, _) => Answer.Write(exit, "exit");
            Console.SetOut(new StreamWriter(file));
            Console.Write("not flushed by the function");
        });
        child.Start();
        await child.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal("not flushed by the function", await Answer.InAsync(file));
        Assert.Equal("exit", await Answer.InAsync(exit));
    }

    [Fact]
    [Trait("PainPoint", "41")]
    public async Task Standard_input_is_empty() =>
        Assert.Equal("", await Answer.OfAsync(() => Console.In.ReadToEnd()));
}
