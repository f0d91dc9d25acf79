using Multiprocessing.Platform;

namespace Multiprocessing.Tests.Processes;

public sealed class StartFailureTests
{
    [Theory]
    [InlineData(StartMethod.Spawn)]
    [InlineData(StartMethod.Standby)]
    public async Task A_runtime_that_cannot_start_is_reported_with_what_it_wrote(StartMethod method)
    {
        using ChildProcess child = Hopeless(method);
        child.Start();
        var error = await Assert.ThrowsAsync<ProcessStartException>(() => child.WaitForExitAsync(TestContext.Current.CancellationToken));
        Assert.Contains("ended during its start", error.Message, StringComparison.Ordinal);
        Assert.Contains("GC heap", error.Message, StringComparison.Ordinal);
        Assert.Equal(child.Id, error.ProcessId);
        Assert.NotEqual(0, child.ExitCode);
    }

    [Fact]
    public async Task A_process_that_says_nothing_in_time_is_killed()
    {
        TimeSpan before = MultiprocessingContext.StartTimeout;
        MultiprocessingContext.StartTimeout = TimeSpan.FromMilliseconds(1);
        try
        {
            using var child = new ChildProcess(() => { }) { StartMethod = StartMethod.Spawn };
            child.Start();
            var error = await Assert.ThrowsAsync<ProcessStartException>(
                () => child.WaitForExitAsync(TestContext.Current.CancellationToken));
            Assert.Contains("said nothing within 0.001 s", error.Message, StringComparison.Ordinal);
            Assert.Equal(-Signal.Kill, child.ExitCode);
        }
        finally
        {
            MultiprocessingContext.StartTimeout = before;
        }
        Assert.Throws<ArgumentOutOfRangeException>(() => MultiprocessingContext.StartTimeout = TimeSpan.Zero);
    }

    [Fact]
    public async Task A_child_killed_by_its_parent_while_it_starts_has_not_failed()
    {
        using var child = new ChildProcess(() => { }) { StartMethod = StartMethod.Spawn };
        child.Start();
        child.Kill();
        await child.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(-Signal.Kill, child.ExitCode);
    }

    [Fact]
    public async Task A_failed_start_that_nobody_asked_about_is_written_at_exit()
    {
        string file = Answer.NewFile();
        using var parent = new ChildProcess(() =>
        {
            using (FileStream error = File.Create(file))
            {
                Kernel.Lifetime.ReplaceStandardStream(2, new KernelHandle((int)error.SafeFileHandle.DangerousGetHandle(), ownsHandle: false));
            }
            ChildProcess child = Hopeless(StartMethod.Spawn);
            child.Name = "Hopeless";
            child.Start();
        });
        parent.Start();
        await parent.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, parent.ExitCode);
        Assert.Contains("Process Hopeless: ended during its start", await Answer.InAsync(file), StringComparison.Ordinal);
    }

    private static ChildProcess Hopeless(StartMethod method) => new(() => { })
    {
        StartMethod = method,
        Environment = new Dictionary<string, string?> { ["DOTNET_GCHeapHardLimit"] = "1" },
    };
}
