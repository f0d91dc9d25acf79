using System.Diagnostics;
using System.Globalization;
using Multiprocessing.Platform;
using Multiprocessing.Platform.Linux;
using Multiprocessing.Processes;
using Multiprocessing.Tests.Testing;

namespace Multiprocessing.Tests.Processes;

/// <summary>A child is in its parent's surroundings as of Start, however long before that its process was started.</summary>
public sealed class HandOverTests
{
    [Theory]
    [InlineData(StartMethod.Spawn)]
    [InlineData(StartMethod.Standby)]
    public async Task Environment_variables_are_those_of_the_start_also_in_native_code(StartMethod method)
    {
        Environment.SetEnvironmentVariable("MP_TEST_GONE", "still there");
        await PrepareAsync(method);
        Environment.SetEnvironmentVariable("MP_TEST_GONE", null);
        Environment.SetEnvironmentVariable("MP_TEST_NEW", "new = ä");
        try
        {
            Assert.Equal("new = ä|new = ä||", await AskAsync(method, static () =>
                $"{Environment.GetEnvironmentVariable("MP_TEST_NEW")}|{NativeEnvironment.Get("MP_TEST_NEW")}|"
                + $"{Environment.GetEnvironmentVariable("MP_TEST_GONE")}|{NativeEnvironment.Get("MP_TEST_GONE")}"));
        }
        finally
        {
            Environment.SetEnvironmentVariable("MP_TEST_NEW", null);
        }
    }

    [Theory]
    [InlineData(StartMethod.Spawn)]
    [InlineData(StartMethod.Standby)]
    public async Task A_child_may_have_variables_of_its_own(StartMethod method)
    {
        await PrepareAsync(method);
        string? home = Environment.GetEnvironmentVariable("PATH");
        Assert.NotNull(home);
        Assert.Equal("mine||mine", await Answer.OfAsync(
            static () => $"{Environment.GetEnvironmentVariable("MP_TEST_OWN")}|{Environment.GetEnvironmentVariable("PATH")}|{NativeEnvironment.Get("MP_TEST_OWN")}",
            child =>
            {
                child.StartMethod = method;
                child.Environment = new Dictionary<string, string?> { ["MP_TEST_OWN"] = "mine", ["PATH"] = null };
            }));
        Assert.Null(Environment.GetEnvironmentVariable("MP_TEST_OWN"));
    }

    [Theory]
    [InlineData(StartMethod.Spawn)]
    [InlineData(StartMethod.Standby)]
    public async Task Variables_that_the_runtime_reads_at_its_start_are_in_force(StartMethod method) =>
        Assert.Equal("True 1", await Answer.OfAsync(
            static () => $"{System.Runtime.GCSettings.IsServerGC} {Environment.GetEnvironmentVariable("DOTNET_gcServer")}",
            child =>
            {
                child.StartMethod = method;
                child.Environment = new Dictionary<string, string?> { ["DOTNET_gcServer"] = "1" };
            }));

    [Theory]
    [InlineData(StartMethod.Spawn)]
    [InlineData(StartMethod.Standby)]
    public async Task Nothing_of_the_library_is_left_in_the_environment(StartMethod method)
    {
        await PrepareAsync(method);
        string names = await AskAsync(method, static () => string.Join(' ',
            Environment.GetEnvironmentVariables().Keys.Cast<string>().Order(StringComparer.Ordinal)));
        Assert.Equal(
            string.Join(' ', Environment.GetEnvironmentVariables().Keys.Cast<string>().Order(StringComparer.Ordinal)), names);
    }

    [Fact]
    public async Task Programs_that_a_child_starts_see_its_parents_environment()
    {
        string printed = await Answer.OfAsync(static () =>
        {
            using Process program = Process.Start(new ProcessStartInfo("/usr/bin/env") { RedirectStandardOutput = true })!;
            string text = program.StandardOutput.ReadToEnd();
            program.WaitForExit();
            return text;
        });
        Assert.DoesNotContain("MULTIPROCESSING_WORKER", printed, StringComparison.Ordinal);
        Assert.DoesNotContain("DOTNET_STARTUP_HOOKS", printed, StringComparison.Ordinal);
        Assert.Contains(TestRun.Mark, printed, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(StartMethod.Spawn)]
    [InlineData(StartMethod.Standby)]
    public async Task The_working_directory_is_that_of_the_start(StartMethod method)
    {
        await PrepareAsync(method);
        string before = Environment.CurrentDirectory;
        Environment.CurrentDirectory = "/usr";
        try
        {
            Assert.Equal("/usr", await AskAsync(method, static () => Environment.CurrentDirectory));
            Assert.Equal("/usr/bin", await Answer.OfAsync(static () => Environment.CurrentDirectory, child =>
            {
                child.StartMethod = method;
                child.WorkingDirectory = "bin";
            }));
        }
        finally
        {
            Environment.CurrentDirectory = before;
        }
    }

    [Theory]
    [InlineData(StartMethod.Spawn)]
    [InlineData(StartMethod.Standby)]
    public async Task A_working_directory_that_does_not_exist_fails_the_start_with_its_reason(StartMethod method)
    {
        await PrepareAsync(method);
        using var child = new ChildProcess(() => { }) { StartMethod = method, WorkingDirectory = "/no/such/folder" };
        child.Start();
        var error = await Assert.ThrowsAsync<ProcessStartException>(
            () => child.WaitForExitAsync(TestContext.Current.CancellationToken));
        Assert.Contains("/no/such/folder", error.Message, StringComparison.Ordinal);
        Assert.Equal(child.Id, error.ProcessId);
        Assert.Throws<ProcessStartException>(child.Join);
        Assert.False(child.IsAlive);
    }

    [Theory]
    [InlineData(StartMethod.Spawn)]
    [InlineData(StartMethod.Standby)]
    public async Task Cultures_are_those_of_the_starting_thread(StartMethod method)
    {
        await PrepareAsync(method);
        CultureInfo culture = CultureInfo.CurrentCulture;
        CultureInfo uiCulture = CultureInfo.CurrentUICulture;
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-CH");
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("fr-FR");
        try
        {
            Assert.Equal("de-CH fr-FR", await AskAsync(method, static () =>
            {
                string names = "";
                var thread = new Thread(() => names = $"{CultureInfo.CurrentCulture} {CultureInfo.CurrentUICulture}");
                thread.UnsafeStart();
                thread.Join();
                return names;
            }));
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
            CultureInfo.CurrentUICulture = uiCulture;
        }
        Assert.Equal(culture.Name, await AskAsync(method, static () => CultureInfo.CurrentCulture.Name));
    }

    [Theory]
    [InlineData(StartMethod.Spawn)]
    [InlineData(StartMethod.Standby)]
    public async Task Niceness_and_processors_are_those_of_the_parent(StartMethod method)
    {
        // In a child, because a higher priority cannot be had back without a privilege.
        Assert.Equal("7 01 7 01", await Answer.OfAsync(() =>
        {
            var warm = new ChildProcess(() => { }) { StartMethod = method };
            warm.Start();
            warm.Join();
            Kernel.Scheduling.SetNiceness(7);
            Kernel.Scheduling.SetAffinity([1]);
            return Answer.OfAsync(static () => Task.Run(DescribeScheduling).Result, child => child.StartMethod = method).Result;
        }));
    }

    [Fact]
    public async Task A_child_is_in_the_process_group_of_its_parent()
    {
        await PrepareAsync(StartMethod.Standby);
        string expected = $"{Kernel.Lifetime.ProcessGroup}";
        Assert.Equal(expected, await AskAsync(StartMethod.Standby, static () => $"{Kernel.Lifetime.ProcessGroup}"));
        Assert.Equal(expected, await AskAsync(StartMethod.Spawn, static () => $"{Kernel.Lifetime.ProcessGroup}"));
    }

    private static string DescribeScheduling()
    {
        // Of the process, and of a thread that it has had since its start.
        string[] threads = Directory.GetDirectories("/proc/self/task");
        string last = File.ReadAllText(Path.Combine(threads[1], "stat"));
        string niceness = last[(last.LastIndexOf(')') + 2)..].Split(' ')[16];
        string allowed = File.ReadAllLines(Path.Combine(threads[1], "status")).Single(l => l.StartsWith("Cpus_allowed:", StringComparison.Ordinal));
        string mask = allowed.Split('\t')[1].TrimStart('0');
        return $"{Kernel.Scheduling.Niceness} {Convert.ToHexString(Kernel.Scheduling.Affinity)} {niceness} {mask.PadLeft(2, '0')}";
    }

    private static Task<string> AskAsync(StartMethod method, Func<string> question) =>
        Answer.OfAsync(question, child => child.StartMethod = method);

    /// <summary>Makes sure that a process waits that was started before the test changes anything.</summary>
    private static async Task PrepareAsync(StartMethod method)
    {
        if (method == StartMethod.Standby)
        {
            await AskAsync(method, static () => "");
            while (StandbyPool.Waiting().Count == 0)
            {
                await Task.Delay(5, TestContext.Current.CancellationToken);
            }
        }
    }
}
