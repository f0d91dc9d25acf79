using Multiprocessing.Processes;
using Multiprocessing.Tests.Testing;

namespace Multiprocessing.Tests.Processes.Launch;

/// <summary>The command lines are recorded from real processes: <c>/proc/self/cmdline</c> under each host, .NET 10.0.401.</summary>
public sealed class DotnetCommandLineTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Dotnet_with_a_program_starts_the_program_by_its_full_path()
    {
        string app = _folder.Write("out/probe.dll", "");
        Assert.Equal(["exec", app], Rebuild(app, "dotnet", "out/probe.dll", "a"));
    }

    [Fact]
    public void Host_options_are_kept_and_their_files_become_absolute()
    {
        string app = _folder.Write("out/probe.dll", "");
        string deps = _folder.Write("out/probe.deps.json", "{}");
        string config = _folder.Write("out/probe.runtimeconfig.json", "{}");
        List<string>? rebuilt = Rebuild(
            app, "dotnet", "exec", "--depsfile", "out/probe.deps.json", "--runtimeconfig", "out/probe.runtimeconfig.json",
            "--roll-forward", "LatestMinor", "out/probe.dll", "a", "--fx-version");
        Assert.Equal(["exec", "--depsfile", deps, "--runtimeconfig", config, "--roll-forward", "LatestMinor", app], rebuilt);
    }

    [Fact]
    public void Probing_paths_and_framework_version_are_kept()
    {
        string app = _folder.Write("probe.dll", "");
        Assert.Equal(
            ["exec", "--additionalprobingpath", "/tmp", "--roll-forward", "Major", "--fx-version", "10.0.12", app],
            Rebuild(app, "dotnet", "exec", "--additionalprobingpath", "/tmp", "--roll-forward", "Major", "--fx-version", "10.0.12", app));
    }

    [Fact]
    public void A_VSTest_host_keeps_the_files_of_the_test_project()
    {
        string host = _folder.Write("bin/testhost.dll", "");
        string deps = _folder.Write("bin/vs.deps.json", "{}");
        string config = _folder.Write("bin/vs.runtimeconfig.json", "{}");
        List<string>? rebuilt = Rebuild(
            host, "/usr/share/dotnet/dotnet", "exec", "--runtimeconfig", config, "--depsfile", deps, host, "--port", "39695",
            "--endpoint", "127.0.0.1:039695", "--role", "client", "--parentprocessid", "5840", "--telemetryoptedin", "false");
        Assert.Equal(["exec", "--runtimeconfig", config, "--depsfile", deps, host], rebuilt);
    }

    [Fact]
    public void Arguments_of_the_user_are_never_taken_for_host_options()
    {
        string app = _folder.Write("probe.dll", "");
        Assert.Equal(["exec", app], Rebuild(app, "dotnet", "exec", app, "--depsfile", "/etc/passwd", "other.dll"));
    }

    [Fact]
    public void The_folder_of_the_start_is_found_although_the_current_folder_has_changed()
    {
        string app = _folder.Write("deep/er/probe.dll", "");
        string deps = _folder.Write("deep/probe.deps.json", "{}");
        List<string>? rebuilt = DotnetCommandLine
            .Parse(["dotnet", "exec", "--depsfile", "deep/probe.deps.json", "deep/er/probe.dll"])!.Rebuild(app, ["/", "/usr"]);
        Assert.Equal(["exec", "--depsfile", deps, app], rebuilt);
    }

    [Fact]
    public void A_program_reached_through_a_symbolic_link_is_the_same_program()
    {
        string app = _folder.Write("real/probe.dll", "");
        Directory.CreateSymbolicLink(Path.Combine(_folder.Path, "link"), Path.Combine(_folder.Path, "real"));
        Assert.Equal(["exec", app], Rebuild(app, "dotnet", "link/probe.dll"));
    }

    [Fact]
    public void Paths_that_do_not_lead_to_the_program_are_not_guessed()
    {
        Assert.Null(DotnetCommandLine.Parse(["dotnet", "../x/probe.dll"])!.Rebuild("/opt/other/app.dll", ["/"]));
    }

    [Theory]
    [InlineData("dotnet", "build")]
    [InlineData("dotnet", "run", "app.cs")]
    [InlineData("dotnet")]
    [InlineData("dotnet", "exec")]
    [InlineData("dotnet", "exec", "--depsfile")]
    public void A_command_without_a_program_names_none(params string[] commandLine) => Assert.Null(DotnetCommandLine.Parse(commandLine));

    private List<string>? Rebuild(string entryPath, params string[] commandLine) =>
        DotnetCommandLine.Parse(commandLine)!.Rebuild(entryPath, [_folder.Path]);
}
