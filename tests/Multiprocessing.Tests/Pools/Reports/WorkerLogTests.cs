using Microsoft.Extensions.Logging;

namespace Multiprocessing.Tests.Pools.Reports;

/// <summary>What workers log is in the log of the pool's process.</summary>
public sealed class WorkerLogTests
{
    [Fact]
    public async Task An_entry_arrives_with_category_level_event_values_scopes_and_exception()
    {
        using var log = RecordingLoggerFactory.Install();
        await using var pool = new ProcessPool(workers: 1);
        var day = new DateTime(2026, 11, 25, 22, 0, 0, DateTimeKind.Utc);
        pool.Run(
            static day =>
            {
                var logger = MultiprocessingLog.LoggerFactory.CreateLogger("Work");
                using (logger.BeginScope("outer {Number}", 1))
                using (logger.BeginScope("inner"))
                {
                    logger.Log(
                        LogLevel.Error, new EventId(7, "Seven"), Thrown(), "{Count} of {Name} on {Day} by {Other}", 3, "items", day, new Uri("http://x/"));
                }
            },
            day);
        var entry = log.Next("Work");
        Assert.Equal((LogLevel.Error, 7, "Seven"), (entry.Level, entry.EventId.Id, entry.EventId.Name));
        Assert.Equal("3 of items on 11/25/2026 22:00:00 by http://x/", entry.Message);
        Assert.Equal((3, "items", day, "http://x/"), (entry.Values["Count"], entry.Values["Name"], entry.Values["Day"], entry.Values["Other"]));
        Assert.Equal("{Count} of {Name} on {Day} by {Other}", entry.Values["{OriginalFormat}"]);
        Assert.Equal(["outer 1", "inner"], entry.Scopes);
        var exception = Assert.IsType<RemoteException>(entry.Exception);
        Assert.Equal((typeof(InvalidOperationException).FullName, "outside"), (exception.RemoteTypeName, exception.Message));
        Assert.Contains(nameof(Thrown), exception.StackTrace, StringComparison.Ordinal);
        Assert.Equal("inside", exception.InnerException!.Message);
    }

    [Fact]
    public async Task A_level_that_nobody_wants_to_see_is_not_even_sent()
    {
        using var log = RecordingLoggerFactory.Install();
        log.Levels["Quiet"] = LogLevel.Warning;
        await using var pool = new ProcessPool(workers: 1);
        pool.Run(static () => MultiprocessingLog.LoggerFactory.CreateLogger("Quiet").LogInformation("not wanted"));
        pool.Run(static () => SpinWait.SpinUntil(
            static () => !MultiprocessingLog.LoggerFactory.CreateLogger("Quiet").IsEnabled(LogLevel.Information), TimeSpan.FromSeconds(20)));
        Assert.Equal((false, true), pool.Run(static () =>
        {
            var logger = MultiprocessingLog.LoggerFactory.CreateLogger("Quiet");
            logger.LogWarning("wanted");
            return (logger.IsEnabled(LogLevel.Information), logger.IsEnabled(LogLevel.Warning));
        }));
        Assert.Equal("wanted", log.Next("Quiet").Message);
    }

    [Fact]
    public async Task The_failure_of_an_exit_hook_is_in_the_log_when_the_pool_has_ended()
    {
        using var log = RecordingLoggerFactory.Install();
        await using (var pool = new ProcessPool(new ProcessPoolOptions { Workers = 1, ExitHook = static () => throw new FormatException("at the end") }))
        {
            pool.Run(static () => 1);
        }
        var entry = log.Next("Multiprocessing");
        Assert.Contains("exit hook failed in worker 0", entry.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("at the end", entry.Exception!.Message);
    }

    [Fact]
    public async Task An_exit_hook_that_was_given_up_is_in_the_log()
    {
        using var log = RecordingLoggerFactory.Install();
        var options = new ProcessPoolOptions
        {
            Workers = 1,
            ExitHook = static () => new ManualResetEvent(false).WaitOne(),
            ExitHookTimeout = TimeSpan.FromMilliseconds(100),
        };
        await using (var pool = new ProcessPool(options))
        {
            pool.Run(static () => 1);
        }
        Assert.Contains("took longer than", log.Next("Multiprocessing").Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Enormous_entries_are_cut_and_floods_are_not_lost()
    {
        using var log = RecordingLoggerFactory.Install();
        await using var pool = new ProcessPool(workers: 1);
        pool.Run(static () =>
        {
            var logger = MultiprocessingLog.LoggerFactory.CreateLogger("Flood");
            var failure = new InvalidOperationException(new string('e', 1_000_000));
            var text = new string('ä', 1_000_000);
            logger.LogError(failure, "{Text}", text);
            for (var i = 0; i < 5_000; i++)
            {
                if (logger.IsEnabled(LogLevel.Information))
                {
                    logger.LogInformation("entry {Number}", i);
                }
            }
        });
        var enormous = log.Next("Flood");
        Assert.StartsWith("äää", enormous.Message, StringComparison.Ordinal);
        Assert.InRange(enormous.Message.Length, 1000, 10_000);
        for (var i = 0; i < 5_000; i++)
        {
            Assert.Equal($"entry {i}", log.Next("Flood").Message);
        }
    }

    [Fact]
    public async Task Without_a_log_in_the_pools_process_workers_have_none()
    {
        await using var pool = new ProcessPool(workers: 1);
        Assert.False(pool.Run(static () => MultiprocessingLog.LoggerFactory.CreateLogger("X").IsEnabled(LogLevel.Critical)));
    }

    private static InvalidOperationException Thrown()
    {
        try
        {
            throw new InvalidOperationException("outside", new FormatException("inside"));
        }
        catch (InvalidOperationException exception)
        {
            return exception;
        }
    }
}
