using System.Collections.Concurrent;
using Multiprocessing.Platform;
using Multiprocessing.Pools;
using Multiprocessing.Tests.Pools.Reports;

namespace Multiprocessing.Tests.Pools.Output;

/// <summary>Where the standard output of workers goes.</summary>
public sealed class WorkerOutputTests
{
    [Fact]
    public async Task Lines_come_whole_with_their_worker_and_all_of_them_before_the_pool_has_ended()
    {
        var lines = new ConcurrentQueue<WorkerOutputLine>();
        var processes = new HashSet<int>();
        await using (var pool = Create(WorkerOutput.To(lines.Enqueue)))
        {
            processes.UnionWith(pool.Map(
                static x =>
                {
                    for (var i = 0; i < 10; i++)
                    {
                        Console.WriteLine($"{x} line {i} ä");
                    }
                    return Environment.ProcessId;
                },
                Enumerable.Range(0, 50)));
        }
        Assert.Equal(500, lines.Count);
        Assert.Equal(
            Enumerable.Range(0, 50).SelectMany(x => Enumerable.Range(0, 10).Select(i => $"{x} line {i} ä")).Order(StringComparer.Ordinal),
            lines.Select(line => line.Text).Order(StringComparer.Ordinal));
        Assert.All(lines, line => Assert.Contains(line.ProcessId, processes));
        Assert.All(lines, line => Assert.InRange(line.WorkerId, 0, 1));
        Assert.Equal(0, lines.Sum(line => line.DroppedBefore));
    }

    [Fact]
    public async Task Programs_of_a_task_and_empty_unfinished_and_long_lines_are_lines_too()
    {
        var lines = new ConcurrentQueue<WorkerOutputLine>();
        await using (var pool = Create(WorkerOutput.To(lines.Enqueue)))
        {
            pool.Run(static () =>
            {
                Console.Write($"first\n\n{new string('x', 8192)}\n{new string('y', 9000)}\n");
                System.Diagnostics.Process.Start("/bin/echo", "from echo").WaitForExit();
                Console.Write("unfinished");
            });
        }
        Assert.Equal(
            ["first", "", new string('x', 8192), new string('y', 8192), new string('y', 808), "from echo", "unfinished"],
            lines.Select(line => line.Text));
    }

    [Fact]
    public async Task The_last_words_of_a_worker_that_dies_arrive()
    {
        var last = new TaskCompletionSource<WorkerOutputLine>();
        await using var pool = Create(WorkerOutput.To(last.SetResult));
        await Assert.ThrowsAsync<WorkerDiedException>(() => pool.RunAsync(static () =>
        {
            Console.Write("and then");
            Environment.Exit(3);
        }));
        Assert.Equal("and then", (await last.Task.WaitAsync(TimeSpan.FromSeconds(20))).Text);
    }

    [Fact]
    public async Task Whoever_takes_lines_slowly_or_not_at_all_blocks_nobody_and_is_told_what_was_dropped()
    {
        using var release = new ManualResetEventSlim();
        var lines = new ConcurrentQueue<WorkerOutputLine>();
        await using (var pool = Create(WorkerOutput.To(line =>
        {
            release.Wait(TimeSpan.FromSeconds(30));
            lines.Enqueue(line);
        })))
        {
            pool.Run(static () =>
            {
                for (var i = 0; i < 20_000; i++)
                {
                    Console.WriteLine(i);
                }
            });
            Assert.Empty(lines);
            release.Set();
            Assert.True(SpinWait.SpinUntil(() => lines.Count >= 4096, TimeSpan.FromSeconds(30)));
            pool.Run(static () => Console.WriteLine("later"));
        }
        var later = lines.Last();
        Assert.Equal("later", later.Text);
        Assert.InRange(lines.Sum(line => line.DroppedBefore), 20_001 - lines.Count, 20_001 - lines.Count);
    }

    [Fact]
    public async Task A_method_that_throws_gets_the_next_line_nevertheless()
    {
        using var log = RecordingLoggerFactory.Install();
        var texts = new ConcurrentQueue<string>();
        await using (var pool = Create(WorkerOutput.To(line =>
        {
            texts.Enqueue(line.Text);
            throw new FormatException(line.Text);
        })))
        {
            pool.Run(static () => Console.Write("1\n2\n"));
        }
        Assert.Equal(["1", "2"], texts);
        Assert.Equal("1", log.Next("Multiprocessing").Exception!.Message);
    }

    [Fact]
    public async Task Output_can_go_to_the_log()
    {
        using var log = RecordingLoggerFactory.Install();
        await using (var pool = Create(WorkerOutput.Log))
        {
            pool.Run(static () => Console.WriteLine("said"));
        }
        var entry = log.Next("Multiprocessing.Output");
        Assert.Equal("said", entry.Values["Text"]);
        Assert.EndsWith("said", entry.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Output_can_go_nowhere()
    {
        await using var pool = Create(WorkerOutput.Discard);
        Assert.Equal("/dev/null", pool.Run(static () => File.ResolveLinkTarget("/proc/self/fd/1", returnFinalTarget: false)!.FullName));
    }

    [Fact]
    public async Task By_default_workers_have_the_output_of_this_process()
    {
        Assert.Same(WorkerOutput.Inherit, new ProcessPoolOptions().StandardOutput);
        await using var pool = Create(WorkerOutput.Inherit);
        Assert.Equal(
            File.ResolveLinkTarget("/proc/self/fd/1", returnFinalTarget: false)!.FullName,
            pool.Run(static () => File.ResolveLinkTarget("/proc/self/fd/1", returnFinalTarget: false)!.FullName));
        Assert.Throws<ArgumentNullException>(static () => WorkerOutput.To(null!));
        Assert.Throws<ArgumentNullException>(static () => new ProcessPoolOptions { StandardOutput = null! });
        Assert.Throws<NotSupportedException>(static () =>
            new ProcessPool(new ProcessPoolOptions { Backend = PoolBackend.InProcess, StandardOutput = WorkerOutput.Discard }));
    }

    [Theory]
    [InlineData("a\nb\n", "a|b")]
    [InlineData("a\r\n\r\nb", "a||b")]
    [InlineData("", "")]
    public void A_stream_is_cut_into_lines(string text, string expected)
    {
        var (read, write) = Kernel.Pipes.Create();
        var lines = new List<string>();
        using var pipe = new LinePipe(read, lines.Add);
        using (var stream = new FileStream(new Microsoft.Win32.SafeHandles.SafeFileHandle(write.Descriptor, ownsHandle: false), FileAccess.Write))
        {
            stream.Write(System.Text.Encoding.UTF8.GetBytes(text));
        }
        write.Dispose();
        pipe.Finish();
        Assert.Equal(expected, string.Join('|', lines));
    }

    private static ProcessPool Create(WorkerOutput output) => new(new ProcessPoolOptions { Workers = 2, StandardOutput = output });
}
