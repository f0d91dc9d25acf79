namespace Multiprocessing.Processes;

/// <summary>
/// The command that starts this program again, in a way that lets the library take over before the program's <c>Main</c>.
/// </summary>
/// <remarks>
/// A runtime that ignores startup hooks runs the program's <c>Main</c> instead, which starts children of its own: thousands of processes
/// within seconds. So whether a hook will run is decided from the state of this process, before anything is started, never by trying.
/// </remarks>
internal sealed record LaunchCommand
{
    // The assembly's name; asking the assembly for it takes milliseconds.
    internal const string LibraryName = "Multiprocessing";

    private static readonly Lazy<LaunchCommand> Current = new(() => From(HostFacts.Current()));

    /// <summary>The executable.</summary>
    public required string File { get; init; }

    /// <summary>All arguments, the program's name first.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>What to put into <c>DOTNET_STARTUP_HOOKS</c>.</summary>
    public required string StartupHook { get; init; }

    /// <summary>Variables that the host of the new process needs beyond those of this process.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Environment { get; init; } = [];

    /// <summary>How to start the program that runs now. The answer never changes while the process lives.</summary>
    /// <exception cref="PlatformNotSupportedException">A new process of this program could not be taken over.</exception>
    public static LaunchCommand ForCurrentProcess() => Current.Value;

    /// <inheritdoc cref="ForCurrentProcess"/>
    internal static LaunchCommand From(HostFacts facts)
    {
        if (facts.TrustedAssemblies is null)
        {
            throw Refuse("it is compiled ahead of time (NativeAOT), so no runtime can be taken over in a new process");
        }
        if (!facts.HasEntryAssembly)
        {
            throw Refuse("a native program hosts the runtime as a component, so there is no managed program to start again");
        }
        if (facts.ProcessPath is not { } process || !System.IO.File.Exists(process))
        {
            throw Refuse("its executable file is unknown or was deleted");
        }
        string hook = FindHook(facts);
        bool dotnet = ProgramFile.IsDotnetHost(process);
        if (!facts.StartupHooksEnabled)
        {
            return WithHookableConfig(facts, dotnet ? process : null, hook);
        }
        if (dotnet)
        {
            return ByDotnet(facts, process, hook);
        }
        if (!facts.IsSingleFile && !ProgramFile.IsLauncherOf(process, facts.EntryPath))
        {
            throw Refuse($"'{process}' is neither the dotnet host nor the launcher of '{Path.GetFileName(facts.EntryPath)}'");
        }
        return new LaunchCommand { File = process, Arguments = new[] { process }, StartupHook = hook, Environment = RootVariable(facts) };
    }

    private static LaunchCommand ByDotnet(HostFacts facts, string host, string hook)
    {
        // No program on the command line, or another one: the SDK's own commands. Then the entry assembly says all.
        List<string>? arguments = DotnetCommandLine.Parse(facts.CommandLine())?.Rebuild(facts.EntryPath, facts.StartDirectories());
        return new LaunchCommand { File = host, Arguments = [host, .. arguments ?? ["exec", facts.EntryPath]], StartupHook = hook };
    }

    private static LaunchCommand WithHookableConfig(HostFacts facts, string? host, string hook)
    {
        DotnetCommandLine? given = host is null ? null : DotnetCommandLine.Parse(facts.CommandLine());
        List<string>? same = given?.Rebuild(facts.EntryPath, facts.StartDirectories());
        string config = Value(same, "--runtimeconfig") ?? Path.ChangeExtension(facts.EntryPath, ".runtimeconfig.json");
        if (facts.IsSingleFile || !facts.UsesSharedFramework || !System.IO.File.Exists(config))
        {
            throw Refuse($"it is trimmed or self-contained and its runtime ignores startup hooks ({HostFacts.StartupHookSwitch} is false)");
        }
        host ??= ProgramFile.FindDotnetHost(facts)
            ?? throw Refuse($"its runtime ignores startup hooks ({HostFacts.StartupHookSwitch} is false) and no dotnet host was found to start it without that switch");
        string deps = Value(same, "--depsfile") ?? Path.ChangeExtension(facts.EntryPath, ".deps.json");
        var arguments = new List<string> { host, "exec", "--runtimeconfig", HookableRuntimeConfig.For(config, CacheDirectory()) };
        if (System.IO.File.Exists(deps))
        {
            arguments.AddRange(["--depsfile", deps]);
        }
        for (int i = 1; same is not null && i + 2 < same.Count; i += 2)
        {
            if (same[i].ToLowerInvariant() is not ("--runtimeconfig" or "--depsfile"))
            {
                arguments.AddRange([same[i], same[i + 1]]);
            }
        }
        arguments.Add(facts.EntryPath);
        return new LaunchCommand { File = host, Arguments = arguments, StartupHook = hook };
    }

    /// <summary>The hook by the name of this library where the runtime can find it by name; a path makes a single-file program abort.</summary>
    private static string FindHook(HostFacts facts)
    {
        bool known = facts.LibraryPath.Length == 0
            ? facts.LibraryInDefaultContext()
            : $":{facts.TrustedAssemblies}:".Contains($":{facts.LibraryPath}:", StringComparison.Ordinal);
        if (known)
        {
            return LibraryName;
        }
        if (facts.LibraryPath.Length == 0)
        {
            throw Refuse("this library was loaded from memory, so a new process could not load it");
        }
        return facts.IsSingleFile
            ? throw Refuse("it is a single-file program and this library is not part of it")
            : facts.LibraryPath;
    }

    // A launcher looks for the framework by variables that this process may have changed since it was started itself.
    private static KeyValuePair<string, string>[] RootVariable(HostFacts facts) =>
        facts.DotnetRoot is { } root ? [new(HostFacts.RootVariable, root)] : [];

    private static string CacheDirectory() => Path.Combine(
        System.Environment.GetFolderPath(System.Environment.SpecialFolder.LocalApplicationData, System.Environment.SpecialFolderOption.DoNotVerify),
        "multiprocessing-dotnet");

    private static string? Value(List<string>? arguments, string option)
    {
        int index = arguments is null ? -1 : arguments.FindIndex(1, argument => argument.Equals(option, StringComparison.OrdinalIgnoreCase));
        return index < 0 ? null : arguments![index + 1];
    }

    private static PlatformNotSupportedException Refuse(string reason) =>
        new($"This program cannot start worker processes: {reason}. No process was started.");
}
