namespace Multiprocessing.Tests.Processes.Hosts;

/// <summary>Hosts that cannot be taken over: one error, and not one process.</summary>
public sealed class RefusedHostTests
{
    private const int Limit = 240_000;

    [Fact(Timeout = Limit)]
    public async Task A_trimmed_program_is_refused() => Refused(
        await ProgramRun.RunAsync(HostPrograms.Publish("trimmed", "-r", "linux-x64", "--self-contained", "-p:PublishTrimmed=true"), []),
        "ignores startup hooks");

    [Fact(Timeout = Limit)]
    public async Task A_program_compiled_ahead_of_time_is_refused()
    {
        Assert.SkipUnless(HasNativeToolchain, "clang or zlib1g-dev is missing: apt-get install clang zlib1g-dev");
        Refused(await ProgramRun.RunAsync(HostPrograms.Publish("ahead-of-time", "-r", "linux-x64", "-p:PublishAot=true"), []), "NativeAOT");
    }

    [Fact(Timeout = Limit)]
    public async Task A_self_contained_program_without_startup_hooks_is_refused() => Refused(
        await ProgramRun.RunAsync(
            HostPrograms.Publish("hookless", "-r", "linux-x64", "--self-contained", "-p:StartupHookSupport=false"), []),
        "ignores startup hooks");

    [Fact(Timeout = Limit)]
    [Trait("PainPoint", "36")]
    public async Task A_process_that_was_not_taken_over_ends_at_once_and_starts_nothing()
    {
        // As a worker whose runtime ignored the hook would find itself: the guard is there, and the program's Main runs.
        var environment = new Dictionary<string, string>
        {
            [Multiprocessing.Processes.WorkerGuard.Variable] = "1:1:1:1:3",
            ["DOTNET_EnableDiagnostics"] = "0",
        };
        ProgramResult result = await ProgramRun.RunAsync(HostPrograms.Build(), [], environment, processes: 5);
        Assert.Equal(Multiprocessing.Processes.WorkerGuard.FailedStartCode, result.ExitCode);
        Assert.Contains("starts nothing", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("worker ", result.Output, StringComparison.Ordinal);
    }

    private static bool HasNativeToolchain =>
        File.Exists("/usr/include/zlib.h") && (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, "clang")));

    private static void Refused(ProgramResult result, string because)
    {
        Assert.True(result.ExitCode == 3, result.ToString());
        Assert.Single(result.Output.Split('\n'), line => line.StartsWith("refused: ", StringComparison.Ordinal) && line.Contains(because, StringComparison.Ordinal));
        Assert.Contains("children none", result.Output, StringComparison.Ordinal);
        Assert.Empty(result.Error);
    }
}
