using System.Runtime.InteropServices;
using Multiprocessing.Tests.Processes;

namespace Multiprocessing.Tests.Pools.Processes;

/// <summary>SIGTERM and SIGINT with work pending. Each in a process of its own.</summary>
public sealed class PoolSignalTests : IDisposable
{
    private const int Interrupt = 2;
    private const int Terminate = 15;
    private readonly string _folder = Directory.CreateTempSubdirectory("mp-signal-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(Terminate)]
    [InlineData(Interrupt)]
    public async Task A_pool_that_closes_on_signals_does_what_it_has_before_the_process_ends(int signal)
    {
        using var program = Start(closes: true, seconds: 20);
        await SignalAsync(program, signal);
        File.Delete(InFolder("running"));
        Assert.True(await PoolExitTests.WaitAsync(program));
        Assert.NotEqual(0, program.ExitCode);
        Assert.True(File.Exists(InFolder("done")));
    }

    [Fact]
    public async Task Not_longer_than_it_may()
    {
        using var program = Start(closes: true, seconds: 0.2);
        await SignalAsync(program, Terminate);
        Assert.True(await PoolExitTests.WaitAsync(program));
        Assert.True(File.Exists(InFolder("running")));
        Assert.False(File.Exists(InFolder("done")));
    }

    [Fact]
    public async Task Without_the_option_the_process_ends_at_once()
    {
        using var program = Start(closes: false, seconds: 20);
        await SignalAsync(program, Terminate);
        Assert.True(await PoolExitTests.WaitAsync(program));
        Assert.False(File.Exists(InFolder("done")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task If_the_programs_own_handler_cancels_the_signal_the_pool_goes_on(bool closes)
    {
        using var program = Start(closes, seconds: 20, cancels: true);
        await SignalAsync(program, Terminate);
        await PoolWork.WaitForFileAsync(InFolder("cancelled"));
        Assert.True(program.IsAlive);
        File.Delete(InFolder("running"));
        await PoolWork.WaitForFileAsync(InFolder("done"));
        Assert.True(await PoolExitTests.WaitAsync(program));
        Assert.Equal(5, program.ExitCode);
    }

    private string InFolder(string name) => Path.Combine(_folder, name);

    private ChildProcess Start(bool closes, double seconds, bool cancels = false)
    {
        var (running, done, cancelled) = (InFolder("running"), InFolder("done"), InFolder("cancelled"));
        var program = new ChildProcess(() =>
        {
            using var pool = new ProcessPool(new ProcessPoolOptions
            {
                Workers = 1,
                CloseOnSignal = closes,
                ShutdownTimeout = TimeSpan.FromSeconds(seconds),
            });
            using var handler = cancels
                ? PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
                {
                    context.Cancel = true;
                    File.WriteAllText(cancelled, "");
                })
                : null;
            var first = pool.RunAsync(PoolWork.Linger, running);
            var second = pool.RunAsync(static path => File.WriteAllText(path, ""), done);
            second.Wait();
            if (!cancels)
            {
                Thread.CurrentThread.Join(); // The signal's default ends the process.
            }
            return pool.Run(static () => 5);
        });
        program.Start();
        return program;
    }

    private async Task SignalAsync(ChildProcess program, int signal)
    {
        await PoolWork.WaitForFileAsync(InFolder("running"));
        Assert.Equal(0, Native.Kill(program.Id!.Value, signal));
    }
}
