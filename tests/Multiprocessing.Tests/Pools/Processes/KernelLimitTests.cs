using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Multiprocessing.Platform;
using Multiprocessing.Platform.Linux;
using Multiprocessing.Tests.Processes;
using Multiprocessing.Tests.Testing;
using Multiprocessing.Tests.Testing.Leaks;

namespace Multiprocessing.Tests.Pools.Processes;

/// <summary>Limits of workers' memory that the kernel keeps, by a control group for each worker.</summary>
public sealed class KernelLimitTests
{
    private const long MiB = 1 << 20;
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    public KernelLimitTests() => MemoryGroup.SkipUnlessWritable();

    [Fact]
    public async Task A_worker_that_takes_memory_while_nobody_looks_is_killed_by_the_kernel_and_nobody_else()
    {
        var pool = new ProcessPool(new ProcessPoolOptions { Workers = 1, MemoryLimit = 192 * MiB });
        (int id, string folder) = pool.Run(WhereAmI);
        using (EventLoopStop.Until(() => IsZombie(id)))
        {
            var died = await Assert.ThrowsAsync<WorkerDiedException>(() => pool.RunAsync(static () => Gulp(4096)).WaitAsync(Soon));
            Assert.Equal("out of memory: killed by the kernel", died.Reason);
            Assert.Equal("SIGKILL", died.SignalName);
            PeakMemory.AssertInRange(died, 150 * MiB, 300 * MiB);
        }
        Assert.False(Directory.Exists(folder));
        (int next, string nextFolder) = await pool.RunAsync(WhereAmI).WaitAsync(Soon);
        Assert.NotEqual(id, next);
        Assert.NotEqual(folder, nextFolder);
        Assert.Equal(1, pool.GetStatistics().WorkerDeaths);
        await pool.DisposeAsync();
        Assert.False(Directory.Exists(nextFolder));
    }

    [Theory]
    [InlineData(StartMethod.Spawn)]
    [InlineData(StartMethod.Standby)]
    public async Task Each_worker_is_in_a_group_of_its_own_below_that_of_its_parent(StartMethod method)
    {
        string[] folders;
        await using (var pool = new ProcessPool(new ProcessPoolOptions
        {
            Workers = 2,
            MemoryLimit = 192 * MiB,
            Context = MultiprocessingContext.Get(method),
        }))
        {
            using var both = new ProcessBarrier(2);
            folders = pool.Map(_ => { both.Wait(); return MemoryGroup.OfThisProcess; }, [1, 2], new MapOptions { ChunkSize = 1 });
            Assert.Equal(2, folders.Distinct().Count());
            Assert.All(folders, folder => Assert.Equal(ControlGroup.OfThisProcess()!.Home()!.Folder, Path.GetDirectoryName(folder)));
            Assert.All(folders, folder => Assert.True(GroupName.TryParse(Path.GetFileName(folder), out _)));
        }
        Assert.All(folders, folder => Assert.False(Directory.Exists(folder)));
    }

    [Fact]
    public void Workers_without_a_limit_are_where_their_parent_is()
    {
        using var pool = new ProcessPool(1);
        Assert.Equal(MemoryGroup.OfThisProcess, pool.Run(static () => MemoryGroup.OfThisProcess));
    }

    [Fact]
    public async Task Shared_memory_and_results_do_not_count_for_the_limit()
    {
        await using var pool = new ProcessPool(new ProcessPoolOptions { Workers = 1, MemoryLimit = 192 * MiB });
        int worker = pool.Run(static () => Environment.ProcessId);
        using SharedArray<byte> made = await pool.RunAsync(static () => Filled((int)(400 * MiB))).WaitAsync(Soon);
        Assert.Equal(1, made.Span[^1]);
        for (var i = 0; i < 6; i++)
        {
            byte[] result = await pool.RunAsync(static () => new byte[64 * MiB]).WaitAsync(Soon);
            Assert.Equal(64 * MiB, result.Length);
        }
        Assert.Equal(worker, await pool.RunAsync(static () => Environment.ProcessId).WaitAsync(Soon));
        Assert.Equal(0, pool.GetStatistics().WorkerDeaths);
    }

    [Fact]
    public async Task What_a_limited_worker_starts_is_not_in_its_group()
    {
        await using var pool = new ProcessPool(new ProcessPoolOptions { Workers = 1, MemoryLimit = 256 * MiB });
        (string outer, string free, string limited) = await pool.RunAsync(static () =>
        {
            using var unlimitedPool = new ProcessPool(1);
            using var limitedPool = new ProcessPool(new ProcessPoolOptions { Workers = 1, MemoryLimit = 192 * MiB });
            return (MemoryGroup.OfThisProcess, unlimitedPool.Run(static () => MemoryGroup.OfThisProcess),
                limitedPool.Run(static () => MemoryGroup.OfThisProcess));
        }).WaitAsync(Soon);
        string home = Path.GetDirectoryName(outer)!;
        Assert.Equal(home, free);
        Assert.Equal(home, Path.GetDirectoryName(limited));
        Assert.NotEqual(outer, limited);
    }

    [Fact]
    public async Task A_program_that_outlives_the_worker_goes_on_and_the_group_goes()
    {
        int program;
        string folder;
        await using (var pool = new ProcessPool(new ProcessPoolOptions { Workers = 1, MemoryLimit = 192 * MiB }))
        {
            (program, folder) = await pool.RunAsync(static () =>
            {
                using var sleep = Process.Start("/bin/sleep", "60");
                return (sleep.Id, MemoryGroup.OfThisProcess);
            }).WaitAsync(Soon);
            Assert.Contains($"{program}", await File.ReadAllLinesAsync(Path.Combine(folder, "cgroup.procs")));
            pool.Complete();
            await pool.Completion.WaitAsync(Soon);
        }
        try
        {
            Assert.True(SpinWait.SpinUntil(() => !Directory.Exists(folder), Soon));
            Assert.False(IsZombie(program));
            Assert.Equal(
                Path.GetDirectoryName(folder),
                ControlGroup.Find(File.ReadAllLines($"/proc/{program}/cgroup"), File.ReadAllLines("/proc/self/mountinfo"))!.Folder);
        }
        finally
        {
            Assert.Equal(0, Native.Kill(program, Signal.Kill));
        }
    }

    [Fact]
    public async Task A_process_that_is_killed_leaves_no_group_for_good()
    {
        string file = Answer.NewFile();
        using var program = new ChildProcess(() =>
        {
            var pool = new ProcessPool(new ProcessPoolOptions { Workers = 2, MemoryLimit = 192 * MiB });
            Answer.Write(file, pool.Run(static () => MemoryGroup.OfThisProcess));
            pool.Run(static () => Thread.CurrentThread.Join());
        });
        program.Start();
        string folder = await Answer.InAsync(file);
        Assert.True(Directory.Exists(folder));
        program.Kill();
        await program.WaitForExitAsync().WaitAsync(Soon);
        Assert.True(SpinWait.SpinUntil(() => GroupResources.Find().All(left => !left.Name.Contains($"-{program.Id}-")), Soon));
        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public void A_pool_with_a_limit_removes_what_killed_processes_have_left_and_nothing_else()
    {
        string home = ControlGroup.OfThisProcess()!.Home()!.Folder;
        GroupName ours = GroupName.Next();
        string left = Path.Combine(home, (ours with { CreatorStart = ours.CreatorStart - 1 }).ToString());
        string used = Path.Combine(home, ours.ToString());
        Directory.CreateDirectory(left);
        Directory.CreateDirectory(used);
        try
        {
            using var pool = new ProcessPool(new ProcessPoolOptions { Workers = 1, MemoryLimit = 192 * MiB });
            Assert.True(SpinWait.SpinUntil(() => !Directory.Exists(left), Soon));
            Assert.True(Directory.Exists(used));
        }
        finally
        {
            Directory.Delete(used);
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData(2048L * MiB)]
    public async Task When_memory_of_the_whole_program_runs_out_the_kernel_takes_a_worker_and_the_pool_says_so(long? limit)
    {
        using MemoryGroup group = MemoryGroup.Create(600 * MiB);
        string folder = group.Folder, file = Answer.NewFile();
        using var program = new ChildProcess(() => Crowd(folder, limit, file)) { StartMethod = StartMethod.Spawn };
        program.Start();
        Assert.Equal("out of memory: killed by the kernel; then 42", await Answer.InAsync(file));
        await program.WaitForExitAsync().WaitAsync(Soon);
        Assert.Equal(0, program.ExitCode);
    }

    /// <summary>A program in a small machine: all its processes together have the memory of one group.</summary>
    private static void Crowd(string group, long? limit, string file)
    {
        MemoryGroup.Enter(group, Environment.ProcessId);
        using var pool = new ProcessPool(new ProcessPoolOptions { Workers = 1, MemoryLimit = limit });
        Assert.StartsWith(group, pool.Run(static () => MemoryGroup.OfThisProcess), StringComparison.Ordinal);
        var died = Assert.Throws<WorkerDiedException>(() => pool.Run(static () => Gulp(4096)));
        Answer.Write(file, $"{died.Reason}; then {pool.Run(static () => 42)}");
    }

    private static (int Id, string Folder) WhereAmI() => (Environment.ProcessId, MemoryGroup.OfThisProcess);

    private static SharedArray<byte> Filled(int length)
    {
        var array = new SharedArray<byte>(length);
        array.Span.Fill(1);
        return array;
    }

    /// <summary>Takes memory as fast as the machine gives it.</summary>
    private static unsafe long Gulp(int mebibytes)
    {
        long sum = 0;
        for (var i = 0; i < mebibytes; i++)
        {
            var memory = (byte*)NativeMemory.AllocZeroed((nuint)MiB);
            for (var at = 0; at < MiB; at += 4096)
            {
                memory[at] = 1;
            }
            sum += memory[0];
        }
        return sum;
    }

    private static bool IsZombie(int process)
    {
        string? stat = ProcFile.ReadText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat"));
        return stat is null || stat[stat.LastIndexOf(')') + 2] == 'Z';
    }

    /// <summary>As long as it holds the event loop of this process, the pool can neither look at its workers nor learn of deaths.</summary>
    private sealed class EventLoopStop : IDisposable
    {
        private readonly ManualResetEventSlim _isHeld = new();
        private readonly ManualResetEventSlim _isOver = new();

        public static EventLoopStop Until(Func<bool> condition)
        {
            var stop = new EventLoopStop();
            Kernel.EventLoop.Post(() =>
            {
                stop._isHeld.Set();
                SpinWait.SpinUntil(condition, Soon);
                stop._isOver.Set();
            });
            stop._isHeld.Wait();
            return stop;
        }

        public void Dispose()
        {
            _isOver.Wait();
            _isHeld.Dispose();
            _isOver.Dispose();
        }
    }
}
