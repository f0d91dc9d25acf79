using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace Multiprocessing.Processes;

/// <summary>
/// What this process knows about how it was started. Everything that decides how to start the same program again is gathered here
/// once, so that the decision itself is a pure function that tests can feed with the facts of every host.
/// </summary>
internal sealed record HostFacts
{
    /// <summary>The switch that turns startup hooks off (file-based, trimmed and ahead-of-time compiled programs).</summary>
    public const string StartupHookSwitch = "System.StartupHookProvider.IsSupported";

    /// <summary>The executable that runs, all links resolved; null if it is unknown.</summary>
    public string? ProcessPath { get; init; }

    /// <summary>The command line as the kernel has it, program name first.</summary>
    public IReadOnlyList<string> CommandLine { get; init; } = [];

    /// <summary>The name of the entry assembly; null where a native program hosts the runtime as a component.</summary>
    public string? EntryName { get; init; }

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
    public bool LibraryInDefaultContext { get; init; } = true;

    /// <summary>Folders to which relative paths of the command line may refer, the likeliest first.</summary>
    public IReadOnlyList<string> StartDirectories { get; init; } = [];

    /// <summary>Folders where the <c>dotnet</c> host may be found if it is not above the core library.</summary>
    public IReadOnlyList<string> DotnetDirectories { get; init; } = [];

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
            CommandLine = ReadCommandLine(),
            EntryName = entry?.GetName().Name,
            EntryPath = LocationOf(entry),
            CoreLibraryPath = LocationOf(typeof(object).Assembly),
            TrustedAssemblies = AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") as string,
            FrameworkDepsFile = AppContext.GetData("FX_DEPS_FILE") as string,
            StartupHooksEnabled = !AppContext.TryGetSwitch(StartupHookSwitch, out bool enabled) || enabled,
            LibraryPath = LocationOf(library),
            LibraryInDefaultContext = AssemblyLoadContext.GetLoadContext(library) == AssemblyLoadContext.Default,
            StartDirectories = FindStartDirectories(),
            DotnetDirectories = FindDotnetDirectories(),
        };
    }

    // An empty location is a fact here, not a mistake: it tells that the assembly is part of the executable.
    [System.Diagnostics.CodeAnalysis.UnconditionalSuppressMessage("SingleFile", "IL3000", Justification = "Empty means single-file here.")]
    private static string LocationOf(Assembly? assembly) => assembly is null || assembly.IsDynamic ? "" : assembly.Location;

    private static string[] ReadCommandLine()
    {
        string text = File.ReadAllText("/proc/self/cmdline");
        return text.TrimEnd('\0').Split('\0');
    }

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
        string architecture = RuntimeInformation.ProcessArchitecture.ToString().ToUpperInvariant();
        foreach (string name in (ReadOnlySpan<string>)["DOTNET_ROOT_" + architecture, "DOTNET_ROOT"])
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
