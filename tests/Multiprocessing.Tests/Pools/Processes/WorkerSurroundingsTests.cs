using System.ComponentModel;
using System.Globalization;
using Multiprocessing.Platform;
using Multiprocessing.Platform.Linux;
using Multiprocessing.Pools;
using Multiprocessing.Processes;

namespace Multiprocessing.Tests.Pools.Processes;

/// <summary>Environment, folder, priority and processors of a pool's workers.</summary>
public sealed class WorkerSurroundingsTests
{
    [Theory]
    [InlineData(StartMethod.Spawn)]
    [InlineData(StartMethod.Standby)]
    public async Task Workers_have_the_variables_of_their_pool_also_in_native_code(StartMethod method)
    {
        var changes = new Dictionary<string, string?> { ["MP_TEST_OWN"] = "ä = 1", ["PATH"] = null, ["DOTNET_gcServer"] = "1" };
        await using var pool = Create(method, options => options.Environment = changes);
        changes["MP_TEST_OWN"] = "too late";
        Assert.Equal("ä = 1|ä = 1||True", await pool.RunAsync(static () =>
            $"{Environment.GetEnvironmentVariable("MP_TEST_OWN")}|{NativeEnvironment.Get("MP_TEST_OWN")}|"
            + $"{NativeEnvironment.Get("PATH")}|{System.Runtime.GCSettings.IsServerGC}"));
        Assert.Null(Environment.GetEnvironmentVariable("MP_TEST_OWN"));
    }

    [Theory]
    [InlineData(StartMethod.Spawn)]
    [InlineData(StartMethod.Standby)]
    public async Task Workers_work_in_the_folder_of_their_pool(StartMethod method)
    {
        await using var pool = Create(method, static options => options.WorkingDirectory = "/usr/bin");
        Assert.Equal("/usr/bin", await pool.RunAsync(static () => Environment.CurrentDirectory));
    }

    [Theory]
    [InlineData(StartMethod.Spawn)]
    [InlineData(StartMethod.Standby)]
    public async Task All_threads_of_workers_have_the_priority_and_the_processors_of_their_pool(StartMethod method)
    {
        var processor = ProcessorMask.ToNumbers(Kernel.Scheduling.Affinity)[^1];
        await using var pool = Create(method, options =>
        {
            options.Niceness = Kernel.Scheduling.Niceness + 3;
            options.Affinity = [processor, processor];
        });
        var expected = $"{Kernel.Scheduling.Niceness + 3} {processor}";
        Assert.Equal(expected, await pool.RunAsync(Scheduled));
        Assert.Equal(expected, await pool.RunAsync(static () => Task.Run(Scheduled)));
    }

    [Fact]
    public async Task Workers_can_have_a_processor_each_around_and_around()
    {
        var processors = ProcessorMask.ToNumbers(Kernel.Scheduling.Affinity);
        await using var pool = Create(StartMethod.Standby, static options => (options.Workers, options.OneProcessorPerWorker) = (3, true));
        var places = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => pool.RunAsync(static () =>
        {
            PoolWork.Spin(100_000);
            return (PoolWorker.Current!.WorkerId, string.Join(' ', ProcessorMask.ToNumbers(Kernel.Scheduling.Affinity)));
        })));
        Assert.All(places, place => Assert.Equal(
            processors[place.WorkerId % processors.Length].ToString(CultureInfo.InvariantCulture), place.Item2));
    }

    [Fact]
    public void What_cannot_be_is_refused_before_a_worker_is_started()
    {
        Assert.Throws<ArgumentException>(static () => new ProcessPoolOptions { Environment = new Dictionary<string, string?> { ["A=B"] = "" } });
        Assert.Throws<ArgumentException>(static () => new ProcessPoolOptions { Environment = new Dictionary<string, string?> { ["A"] = "x\0" } });
        Assert.Throws<ArgumentException>(static () => new ProcessPoolOptions { Affinity = [] });
        Assert.Throws<ArgumentOutOfRangeException>(static () => new ProcessPoolOptions { Affinity = [-1] });
        Assert.Throws<ArgumentOutOfRangeException>(static () => new ProcessPoolOptions { Niceness = 20 });
        var folder = Assert.Throws<DirectoryNotFoundException>(static () => Create(StartMethod.Standby, static options => options.WorkingDirectory = "/no/such"));
        Assert.Contains("/no/such", folder.Message, StringComparison.Ordinal);
        var processor = Assert.Throws<ArgumentException>(static () => Create(StartMethod.Standby, static options => options.Affinity = [0, 8000]));
        Assert.Contains("processor 8000", processor.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_priority_without_the_privilege_for_it_is_refused_before_a_worker_is_started()
    {
        Assert.SkipWhen(Kernel.Scheduling.CanHaveNiceness(-20), "This process may have any priority.");
        Assert.Throws<Win32Exception>(static () => Create(StartMethod.Standby, static options => options.Niceness = -20));
    }

    [Fact]
    public async Task A_folder_that_has_gone_is_the_reason_why_the_pool_gives_up()
    {
        var folder = Directory.CreateTempSubdirectory("mp-gone-");
        await using var pool = Create(StartMethod.Standby, options => (options.WorkingDirectory, options.MaxWorkerFailures) = (folder.FullName, 2));
        folder.Delete();
        var failure = await Assert.ThrowsAsync<PoolBrokenException>(() => pool.RunAsync(PoolWork.Double, 1));
        Assert.Contains(folder.FullName, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Threads_as_workers_refuse_what_is_for_processes()
    {
        Refuses(static options => options.Environment = new Dictionary<string, string?>(), "Environment");
        Refuses(static options => options.WorkingDirectory = "/", "WorkingDirectory");
        Refuses(static options => options.Niceness = 1, "Niceness");
        Refuses(static options => options.Affinity = [0], "Affinity");
        Refuses(static options => options.OneProcessorPerWorker = true, "OneProcessorPerWorker");

        static void Refuses(Action<ProcessPoolOptions> configure, string name)
        {
            var options = new ProcessPoolOptions { Backend = PoolBackend.InProcess };
            configure(options);
            Assert.Contains(name, Assert.Throws<NotSupportedException>(() => new ProcessPool(options)).Message, StringComparison.Ordinal);
        }
    }

    private static string Scheduled() =>
        $"{Kernel.Scheduling.Niceness} {string.Join(' ', ProcessorMask.ToNumbers(Kernel.Scheduling.Affinity))}";

    private static ProcessPool Create(StartMethod method, Action<ProcessPoolOptions> configure)
    {
        var options = new ProcessPoolOptions { Workers = 1, Context = MultiprocessingContext.Get(method) };
        configure(options);
        return new ProcessPool(options);
    }
}
