using Multiprocessing.Processes;
using Multiprocessing.Tests.Testing;

namespace Multiprocessing.Tests.Processes.Launch;

public sealed class LaunchCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _app;
    private readonly string _launcher;
    private readonly string _library;
    private readonly string _dotnet;
    private readonly HostFacts _facts;

    public LaunchCommandTests()
    {
        _app = _folder.Write("app/probe.dll", "");
        _library = _folder.Write("app/Multiprocessing.dll", "");
        _launcher = _folder.Write("app/probe", "\u007fELF ... probe.dll\0...");
        _dotnet = _folder.Write("dotnet/dotnet", "");
        _folder.Write("dotnet/host/fxr/10.0.12/libhostfxr.so", "");
        string core = _folder.Write("dotnet/shared/Microsoft.NETCore.App/10.0.12/System.Private.CoreLib.dll", "");
        _facts = new HostFacts
        {
            ProcessPath = _launcher,
            CommandLine = () => ["./probe", "a", "b"],
            EntryPath = _app,
            CoreLibraryPath = core,
            TrustedAssemblies = $"{core}:{_app}:{_library}",
            FrameworkDepsFile = _folder.Write("dotnet/shared/Microsoft.NETCore.App/10.0.12/Microsoft.NETCore.App.deps.json", ""),
            LibraryPath = _library,
            StartDirectories = () => [_folder.Path],
        };
    }

    private string DotnetRoot => Path.GetDirectoryName(_dotnet)!;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_launcher_starts_itself_without_the_arguments_of_the_user()
    {
        LaunchCommand command = LaunchCommand.From(_facts);
        Assert.Equal(_launcher, command.File);
        Assert.Equal([_launcher], command.Arguments);
        Assert.Equal("Multiprocessing", command.StartupHook);
        Assert.Contains(command.Environment, variable => variable.Key.StartsWith("DOTNET_ROOT_", StringComparison.Ordinal) && variable.Value == DotnetRoot);
    }

    [Fact]
    public void A_renamed_launcher_is_known_by_its_content()
    {
        string renamed = Path.Combine(_folder.Path, "app", "renamed-app");
        File.Copy(_launcher, renamed);
        Assert.Equal(renamed, LaunchCommand.From(_facts with { ProcessPath = renamed }).File);
    }

    [Fact]
    public void The_dotnet_host_starts_the_program_with_exec()
    {
        LaunchCommand command = LaunchCommand.From(_facts with { ProcessPath = _dotnet, CommandLine = () => ["dotnet", "app/probe.dll", "x"] });
        Assert.Equal([_dotnet, "exec", _app], command.Arguments);
        Assert.Empty(command.Environment);
    }

    [Fact]
    public void A_command_of_the_SDK_is_started_by_its_entry_assembly()
    {
        LaunchCommand command = LaunchCommand.From(_facts with { ProcessPath = _dotnet, CommandLine = () => ["dotnet", "build"] });
        Assert.Equal([_dotnet, "exec", _app], command.Arguments);
    }

    [Fact]
    public void A_single_file_program_starts_itself_with_the_hook_by_name()
    {
        LaunchCommand command = LaunchCommand.From(
            _facts with { EntryPath = "", LibraryPath = "", CoreLibraryPath = "", TrustedAssemblies = "", FrameworkDepsFile = null });
        Assert.Equal([_launcher], command.Arguments);
        Assert.Equal("Multiprocessing", command.StartupHook);
        Assert.Empty(command.Environment);
    }

    [Fact]
    public void A_library_that_the_program_does_not_list_is_hooked_by_path()
    {
        string elsewhere = _folder.Write("plugin/Multiprocessing.dll", "");
        Assert.Equal(elsewhere, LaunchCommand.From(_facts with { LibraryPath = elsewhere }).StartupHook);
    }

    [Fact]
    public void A_file_based_program_gets_a_configuration_without_the_switch()
    {
        string config = _folder.Write("app/probe.runtimeconfig.json", """
            { "runtimeOptions": { "framework": { "name": "Microsoft.NETCore.App", "version": "10.0.0" },
              "configProperties": { "System.StartupHookProvider.IsSupported": false, "EntryPointFilePath": "/tmp/app.cs" } } }
            """);
        string deps = _folder.Write("app/probe.deps.json", "{}");
        LaunchCommand command = LaunchCommand.From(_facts with { StartupHooksEnabled = false });
        Assert.Equal(_dotnet, command.File);
        Assert.Equal([_dotnet, "exec", "--runtimeconfig", command.Arguments[3], "--depsfile", deps, _app], command.Arguments);
        Assert.NotEqual(config, command.Arguments[3]);
        Assert.DoesNotContain("StartupHookProvider", File.ReadAllText(command.Arguments[3]), StringComparison.Ordinal);
        Assert.Contains("/tmp/app.cs", File.ReadAllText(command.Arguments[3]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_based_program_finds_the_dotnet_host_elsewhere_too()
    {
        _folder.Write("app/probe.runtimeconfig.json", """{ "runtimeOptions": {} }""");
        HostFacts facts = _facts with { StartupHooksEnabled = false, CoreLibraryPath = "/opt/odd/System.Private.CoreLib.dll" };
        Assert.Equal(_dotnet, LaunchCommand.From(facts with { DotnetDirectories = () => ["/nowhere", DotnetRoot] }).File);
        Refused(facts, "no dotnet host was found");
    }

    [Fact]
    public void A_trimmed_program_is_refused() =>
        Refused(_facts with { StartupHooksEnabled = false, FrameworkDepsFile = null }, "ignores startup hooks");

    [Fact]
    public void A_trimmed_single_file_program_is_refused() =>
        Refused(_facts with { StartupHooksEnabled = false, EntryPath = "", LibraryPath = "", TrustedAssemblies = "" }, "ignores startup hooks");

    [Fact]
    public void A_program_compiled_ahead_of_time_is_refused() =>
        Refused(_facts with { TrustedAssemblies = null, StartupHooksEnabled = false, EntryPath = "", LibraryPath = "" }, "NativeAOT");

    [Fact]
    public void An_unknown_native_host_is_refused() =>
        Refused(_facts with { ProcessPath = _folder.Write("app/host", "\u007fELF somebody's own") }, "neither the dotnet host nor the launcher");

    [Fact]
    public void A_runtime_hosted_as_a_component_is_refused() => Refused(_facts with { HasEntryAssembly = false }, "component");

    [Fact]
    public void A_deleted_executable_is_refused() => Refused(_facts with { ProcessPath = _launcher + " (deleted)" }, "deleted");

    [Fact]
    public void A_library_loaded_from_memory_is_refused() =>
        Refused(_facts with { LibraryPath = "", LibraryInDefaultContext = () => false }, "loaded from memory");

    [Fact]
    public void A_library_outside_a_single_file_program_is_refused() => Refused(
        _facts with { EntryPath = "", TrustedAssemblies = "", LibraryPath = _folder.Write("plugin/Multiprocessing.dll", "") }, "single-file");

    [Fact]
    public void The_program_that_runs_these_tests_can_be_started_again()
    {
        LaunchCommand command = LaunchCommand.ForCurrentProcess();
        Assert.Equal(Environment.ProcessPath, command.File);
        Assert.Equal(typeof(LaunchCommand).Assembly.GetName().Name, command.StartupHook);
        Assert.Same(command, LaunchCommand.ForCurrentProcess());
    }

    private static void Refused(HostFacts facts, string because)
    {
        string message = Assert.Throws<PlatformNotSupportedException>(() => LaunchCommand.From(facts)).Message;
        Assert.Contains(because, message, StringComparison.Ordinal);
        Assert.EndsWith("No process was started.", message, StringComparison.Ordinal);
    }
}
