using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace Multiprocessing.Processes;

/// <summary>
/// What this process knows about how it was started. Everything that decides how to start the same program again is gathered here
/// once, so that the decision itself is a pure function that tests can feed with the facts of every host. What only some hosts need
/// is a function: the first worker of a process waits for this.
/// </summary>
internal sealed record HostFacts
{
    /// <summary>The switch that turns startup hooks off (file-based, trimmed and ahead-of-time compiled programs).</summary>
    public const string StartupHookSwitch = "System.StartupHookProvider.IsSupported";

    /// <summary>The variable that tells launchers of this architecture where the shared frameworks are.</summary>
    // By a switch, because the names of an enumeration are looked up by reflection, which takes a millisecond.
    public static string RootVariable { get; } = RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => "DOTNET_ROOT_X64",
        Architecture.Arm64 => "DOTNET_ROOT_ARM64",
        _ => "DOTNET_ROOT_" + RuntimeInformation.ProcessArchitecture.ToString().ToUpperInvariant(),
    };

    /// <summary>The executable that runs, all links resolved; null if it is unknown.</summary>
    public string? ProcessPath { get; init; }

    /// <summary>Reads the command line as the kernel has it, program name first; most hosts need not look.</summary>
    public Func<IReadOnlyList<string>> CommandLine { get; init; } = static () => [];

    /// <summary>False where a native program hosts the runtime as a component.</summary>
    public bool HasEntryAssembly { get; init; } = true;

    /// <summary>The file of the entry assembly; empty if it lies in a single-file bundle or was compiled ahead of time.</summary>
    public string EntryPath { get; init; } = "";

    /// <summary>The file of the core library; empty in self-contained single-file programs and ahead-of-time compiled ones.</summary>
    public string CoreLibraryPath { get; init; } = "";

    /// <summary>The assemblies that the default context may load, or null if there is no such list: there is no runtime to start again.</summary>
    public string? TrustedAssemblies { get; init; }

    /// <summary>The framework's dependency file: set exactly when the program uses a shared framework.</summary>
    public string? FrameworkDepsFile { get; init; }

    /// <summary>False if the runtime ignores startup hooks.</summary>
    public bool StartupHooksEnabled { get; init; } = true;

    /// <summary>The file of this library; empty if it lies in a single-file bundle.</summary>
    public string LibraryPath { get; init; } = "";

    /// <summary>False if this library was loaded into a context of its own, as plug-ins are.</summary>
    public Func<bool> LibraryInDefaultContext { get; init; } = static () => true;

    /// <summary>Folders to which relative paths of the command line may refer, the likeliest first.</summary>
    public Func<IReadOnlyList<string>> StartDirectories { get; init; } = static () => [];

    /// <summary>Folders where the <c>dotnet</c> host may be found if it is not above the core library.</summary>
    public Func<IReadOnlyList<string>> DotnetDirectories { get; init; } = static () => [];

    public bool UsesSharedFramework => !string.IsNullOrEmpty(FrameworkDepsFile);

    public bool IsSingleFile => EntryPath.Length == 0;

    /// <summary>The dotnet installation that this process runs on: <c>ROOT/shared/NAME/VERSION/System.Private.CoreLib.dll</c>; null if it is not one.</summary>
    public string? DotnetRoot
    {
        get
        {
            string? shared = Path.GetDirectoryName(Path.GetDirectoryName(Path.GetDirectoryName(CoreLibraryPath)));
            return UsesSharedFramework && Path.GetFileName(shared) == "shared" ? Path.GetDirectoryName(shared) : null;
        }
    }

    public static HostFacts Current()
    {
        Assembly library = typeof(HostFacts).Assembly;
        Assembly? entry = Assembly.GetEntryAssembly();
        return new HostFacts
        {
            ProcessPath = Environment.ProcessPath,
            CommandLine = ReadCommandLine,
            HasEntryAssembly = entry is not null,
            EntryPath = LocationOf(entry),
            CoreLibraryPath = LocationOf(typeof(object).Assembly),
            TrustedAssemblies = AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") as string,
            FrameworkDepsFile = AppContext.GetData("FX_DEPS_FILE") as string,
            StartupHooksEnabled = !AppContext.TryGetSwitch(StartupHookSwitch, out bool enabled) || enabled,
            LibraryPath = LocationOf(library),
            LibraryInDefaultContext = IsInDefaultContext,
            StartDirectories = FindStartDirectories,
            DotnetDirectories = FindDotnetDirectories,
        };
    }

    // An empty location is a fact here, not a mistake: it tells that the assembly is part of the executable.
    [System.Diagnostics.CodeAnalysis.UnconditionalSuppressMessage("SingleFile", "IL3000", Justification = "Empty means single-file here.")]
    private static string LocationOf(Assembly? assembly) => assembly is null || assembly.IsDynamic ? "" : assembly.Location;

    private static bool IsInDefaultContext() => AssemblyLoadContext.GetLoadContext(typeof(HostFacts).Assembly) == AssemblyLoadContext.Default;

    private static string[] ReadCommandLine() => File.ReadAllText("/proc/self/cmdline").TrimEnd('\0').Split('\0');

    private static List<string> FindStartDirectories()
    {
        var directories = new List<string>(2);
        // The shell's idea of the folder in which it started this process; the current folder may have been changed since.
        if (Environment.GetEnvironmentVariable("PWD") is { Length: > 0 } initial && Path.IsPathRooted(initial))
        {
            directories.Add(initial);
        }
        directories.Add(Environment.CurrentDirectory);
        return directories;
    }

    private static List<string> FindDotnetDirectories()
    {
        var directories = new List<string>();
        if (Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } host && Path.GetDirectoryName(host) is { } folder)
        {
            directories.Add(folder);
        }
        foreach (string name in new[] { RootVariable, "DOTNET_ROOT" })
        {
            if (Environment.GetEnvironmentVariable(name) is { Length: > 0 } root)
            {
                directories.Add(root);
            }
        }
        directories.AddRange((Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries));
        return directories;
    }
}
