using System.Globalization;

namespace Multiprocessing.Tests.Processes.Hosts;

/// <summary>The same program under every host: right results, from processes of their own, and nothing left.</summary>
public sealed class HostTests
{
    private const int Limit = 240_000;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = Limit)]
    public async Task The_launcher_of_the_SDK() => Squared(await ProgramRun.RunAsync(HostPrograms.Build(), []));

    [Fact(Timeout = Limit)]
    public async Task A_launcher_by_another_name()
    {
        string launcher = HostPrograms.Build();
        string renamed = launcher + "-renamed";
        File.Copy(launcher, renamed, overwrite: true);
        Squared(await ProgramRun.RunAsync(renamed, []));
    }

    [Fact(Timeout = Limit)]
    public async Task The_dotnet_host() => Squared(await ProgramRun.RunAsync("dotnet", [HostPrograms.Build() + ".dll"]));

    [Fact(Timeout = Limit)]
    public async Task The_dotnet_host_with_options_and_relative_paths()
    {
        string folder = Path.GetDirectoryName(HostPrograms.Build())!;
        Squared(await ProgramRun.RunAsync(
            "dotnet",
            ["exec", "--depsfile", "Squares.deps.json", "--runtimeconfig", "Squares.runtimeconfig.json", "--roll-forward", "Major", "Squares.dll", "--depsfile"],
            folder: folder));
    }

    [Fact(Timeout = Limit)]
    public async Task Dotnet_run()
    {
        HostPrograms.Build();
        Squared(await ProgramRun.RunAsync("dotnet", ["run", "-c", "Release", "--no-build", "--project", HostPrograms.Squares], HostPrograms.SdkEnvironment));
    }

    [Fact(Timeout = Limit)]
    [Trait("PainPoint", "37")]
    public async Task Dotnet_run_of_a_single_source_file() =>
        Squared(await ProgramRun.RunAsync("dotnet", ["run", HostPrograms.FileBased()], HostPrograms.SdkEnvironment, limit: 120));

    [Fact(Timeout = Limit)]
    public async Task Dotnet_watch()
    {
        HostPrograms.Build();
        string[] arguments = ["watch", "--non-interactive", "--project", HostPrograms.Squares, "run", "-c", "Release"];
        Squared(await ProgramRun.RunAsync("dotnet", arguments, HostPrograms.SdkEnvironment, until: "children ", limit: 120), exitCode: null);
    }

    [Fact(Timeout = Limit)]
    public async Task Dotnet_test_of_the_older_platform()
    {
        ProgramResult result = await ProgramRun.RunAsync("dotnet", ["test", HostPrograms.Testing], HostPrograms.SdkEnvironment, limit: 180);
        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Contains("Passed:     1", result.Output, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task A_single_file() => Squared(await ProgramRun.RunAsync(
        HostPrograms.Publish("single-file", "-r", "linux-x64", "--self-contained", "false", "-p:PublishSingleFile=true"), []));

    [Fact(Timeout = Limit)]
    public async Task A_self_contained_program() =>
        Squared(await ProgramRun.RunAsync(HostPrograms.Publish("self-contained", "-r", "linux-x64", "--self-contained"), []));

    [Fact(Timeout = Limit)]
    public async Task A_self_contained_single_file() => Squared(await ProgramRun.RunAsync(
        HostPrograms.Publish("self-contained-single-file", "-r", "linux-x64", "--self-contained", "-p:PublishSingleFile=true"), []));

    [Fact(Timeout = Limit)]
    public async Task A_program_compiled_to_ReadyToRun() => Squared(await ProgramRun.RunAsync(
        HostPrograms.Publish("ready-to-run", "-r", "linux-x64", "--self-contained", "false", "-p:PublishReadyToRun=true"), []));

    private static void Squared(ProgramResult result, int? exitCode = 0)
    {
        string[] lines = result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        int main = int.Parse(Assert.Single(lines, line => line.StartsWith("main ", StringComparison.Ordinal))[5..], CultureInfo.InvariantCulture);
        string[] workers = [.. lines.Where(line => line.StartsWith("worker ", StringComparison.Ordinal))];
        Assert.True(workers.Length == 3, result.ToString());
        for (int i = 0; i < workers.Length; i++)
        {
            Assert.EndsWith($" {i + 1}^2={(i + 1) * (i + 1)}", workers[i], StringComparison.Ordinal);
            Assert.NotEqual(main, int.Parse(workers[i].Split(' ')[1], CultureInfo.InvariantCulture));
        }
        Assert.Contains(lines, line => line.StartsWith("child ", StringComparison.Ordinal) && line.EndsWith(" 4", StringComparison.Ordinal));
        Assert.Contains("thread done", lines);
        if (exitCode is { } expected)
        {
            Assert.Equal(expected, result.ExitCode);
        }
    }
}
