using System.Globalization;
using Multiprocessing.Tests.Processes;
using Multiprocessing.Tests.Testing.Leaks;

namespace Multiprocessing.Tests.Pools.Processes;

/// <summary>A process that ends with work pending in its pools ends soon, and its workers end with it. Each in a process of its own.</summary>
public sealed class PoolExitTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData("return", 0)]
    [InlineData("exit", 3)]
    [InlineData("exit on a thread", 4)]
    [InlineData("unhandled exception", -6)]
    public async Task A_program_that_ends_with_work_pending_ends_soon_and_leaves_no_worker(string how, int code)
    {
        var file = Answer.NewFile();
        using var program = new ChildProcess(() => Program(how, file));
        program.Start();
        int[] workers = [.. (await Answer.InAsync(file)).Split(' ').Select(id => int.Parse(id, CultureInfo.InvariantCulture))];
        Assert.True(await WaitAsync(program), "The program has not ended.");
        Assert.Equal(code, program.ExitCode);
        SpinWait.SpinUntil(() => Array.TrueForAll(workers, IsGone), Soon);
        Assert.All(workers, id => Assert.True(IsGone(id)));
    }

    private static void Program(string how, string file)
    {
        var pool = new ProcessPool(2);
        int[] workers = [.. pool.Map(static _ => { PoolWork.Spin(20_000); return Environment.ProcessId; }, Enumerable.Range(0, 8)).Distinct()];
        for (var i = 0; i < 100; i++)
        {
            _ = pool.RunAsync(static () => Thread.CurrentThread.Join());
        }
        new Thread(() => pool.Run(static () => Thread.CurrentThread.Join())) { IsBackground = true }.Start();
        Answer.Write(file, string.Join(' ', workers));
        switch (how)
        {
            case "exit":
                Environment.Exit(3);
                break;
            case "exit on a thread":
                new Thread(() => Environment.Exit(4)).Start();
                Thread.CurrentThread.Join();
                break;
            case "unhandled exception":
                var thread = new Thread(() => throw new InvalidOperationException("meant to be seen in the output"));
                thread.Start();
                thread.Join();
                break;
            default:
                break;
        }
    }

    internal static bool IsGone(int process) => ProcFile.ReadText($"/proc/{process}/stat") is null;

    internal static async Task<bool> WaitAsync(ChildProcess program)
    {
        await program.WaitForExitAsync().WaitAsync(Soon).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !program.IsAlive;
    }
}
