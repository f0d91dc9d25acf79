using Multiprocessing.Processes;

namespace Multiprocessing.Tests.Processes.Launch;

public class LaunchEnvironmentTests
{
    private static readonly LaunchCommand Command = new()
    {
        File = "/app/probe",
        Arguments = ["/app/probe"],
        StartupHook = "Multiprocessing",
        Environment = [new("DOTNET_ROOT_X64", "/usr/share/dotnet")],
    };

    [Fact]
    public void A_child_starts_with_our_hook_only_and_puts_back_the_hooks_of_the_parent()
    {
        LaunchEnvironment environment = Create(new() { ["DOTNET_STARTUP_HOOKS"] = "/opt/agent/hook.dll", ["HOME"] = "/home/u" });
        Assert.Equal("Multiprocessing", environment.Variables["DOTNET_STARTUP_HOOKS"]);
        Assert.Equal("/opt/agent/hook.dll", environment.Restore["DOTNET_STARTUP_HOOKS"]);
        Assert.Equal("/home/u", environment.Variables["HOME"]);
        Assert.DoesNotContain("HOME", environment.Restore);
    }

    [Fact]
    public void Variables_that_the_parent_lacks_are_removed_again()
    {
        LaunchEnvironment environment = Create([]);
        Assert.Equal(
            ["DOTNET_EnableDiagnostics", "DOTNET_ROOT_X64", "DOTNET_STARTUP_HOOKS"], environment.Restore.Keys.Order(StringComparer.Ordinal));
        Assert.All(environment.Restore.Values, Assert.Null);
    }

    [Fact]
    public void Settings_that_would_suspend_a_child_are_absent_and_put_back()
    {
        LaunchEnvironment environment = Create(new()
        {
            ["DOTNET_DefaultDiagnosticPortSuspend"] = "1",
            ["DOTNET_DiagnosticPorts"] = "/tmp/port",
            ["COMPlus_DiagnosticPorts"] = "/tmp/port",
            ["DOTNET_MODIFIABLE_ASSEMBLIES"] = "debug",
        });
        Assert.Equal(["DOTNET_EnableDiagnostics", "DOTNET_ROOT_X64", "DOTNET_STARTUP_HOOKS"], environment.Variables.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("1", environment.Restore["DOTNET_DefaultDiagnosticPortSuspend"]);
        Assert.Equal("/tmp/port", environment.Restore["DOTNET_DiagnosticPorts"]);
        Assert.Equal("/tmp/port", environment.Restore["COMPlus_DiagnosticPorts"]);
        Assert.Equal("debug", environment.Restore["DOTNET_MODIFIABLE_ASSEMBLIES"]);
    }

    [Fact]
    public void Diagnostics_stay_as_the_parent_has_them_if_they_are_asked_for()
    {
        LaunchEnvironment environment = Create(new() { ["DOTNET_EnableDiagnostics"] = "1" }, new LaunchOptions { Diagnostics = true });
        Assert.Equal("1", environment.Variables["DOTNET_EnableDiagnostics"]);
        Assert.DoesNotContain("DOTNET_EnableDiagnostics", environment.Restore);
    }

    [Fact]
    public void Garbage_collection_is_set_for_the_start_only()
    {
        LaunchEnvironment environment = Create(
            new() { ["DOTNET_gcServer"] = "1", ["COMPlus_gcConcurrent"] = "1" },
            new LaunchOptions { ServerGarbageCollection = false, ConcurrentGarbageCollection = false, HeapHardLimit = 256 << 20 });
        Assert.Equal("0", environment.Variables["DOTNET_gcServer"]);
        Assert.Equal("0", environment.Variables["DOTNET_gcConcurrent"]);
        Assert.Equal("10000000", environment.Variables["DOTNET_GCHeapHardLimit"]);
        Assert.Equal("1", environment.Restore["DOTNET_gcServer"]);
        Assert.Null(environment.Restore["DOTNET_gcConcurrent"]);
        Assert.Equal("1", environment.Restore["COMPlus_gcConcurrent"]);
    }

    [Fact]
    public void Changes_of_the_caller_stay_in_force()
    {
        LaunchEnvironment environment = Create(
            new() { ["KEEP"] = "1", ["DROP"] = "1" }, changes: new() { ["DROP"] = null, ["NEW"] = "x", ["DOTNET_STARTUP_HOOKS"] = "theirs" });
        Assert.DoesNotContain("DROP", environment.Variables);
        Assert.Equal("x", environment.Variables["NEW"]);
        Assert.Equal("theirs", environment.Restore["DOTNET_STARTUP_HOOKS"]);
        Assert.DoesNotContain("NEW", environment.Restore);
    }

    [Fact]
    public void A_variable_changed_twice_is_put_back_to_what_it_was_first()
    {
        LaunchEnvironment environment = Create(new() { ["A"] = "first" });
        environment.ChangeForStart("A", "second");
        environment.ChangeForStart("A", "third");
        Assert.Equal("third", environment.Variables["A"]);
        Assert.Equal("first", environment.Restore["A"]);
        Assert.Contains("A=third", environment.ToBlock());
    }

    [Theory]
    [InlineData("DOTNET_TieredPGO", true)]
    [InlineData("LD_LIBRARY_PATH", true)]
    [InlineData("LC_ALL", true)]
    [InlineData("TZ", true)]
    [InlineData("MY_SETTING", false)]
    public void Variables_that_the_runtime_reads_are_known(string name, bool atStart) => Assert.Equal(atStart, LaunchEnvironment.IsReadAtStart(name));

    private static LaunchEnvironment Create(
        Dictionary<string, string> parent, LaunchOptions? options = null, Dictionary<string, string?>? changes = null) =>
        LaunchEnvironment.Create(parent, Command, options ?? LaunchOptions.Default, changes);
}
