using Microsoft.Extensions.Logging;
using Multiprocessing.Platform;
using Multiprocessing.Platform.Linux;

namespace Multiprocessing.Tests.Processes;

public sealed class ChildSignalTests
{
    [Fact]
    public async Task A_program_started_with_SIGCHLD_ignored_still_gets_exit_codes_and_is_told()
    {
        string answer = await Answer.OfAsync(static () =>
        {
            Libc.SetSignalHandler(Signal.Child, 1);
            var log = new ListLoggerFactory();
            MultiprocessingLog.LoggerFactory = log;
            using var child = new ChildProcess(static () => 7);
            child.Start();
            child.Join();
            return $"{child.ExitCode}: {string.Join(" ", log.Lines)}";
        });
        Assert.StartsWith("7: This process ignored SIGCHLD", answer, StringComparison.Ordinal);
    }

    private sealed class ListLoggerFactory : ILoggerFactory, ILogger
    {
        public List<string> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add(formatter(state, exception));

        public void Dispose()
        {
        }
    }
}
