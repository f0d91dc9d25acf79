using System.Collections.Concurrent;
using Multiprocessing.Tests.Testing;

namespace Multiprocessing.Tests.Processes.Hosts;

/// <summary>Builds the programs of <c>tests/HostPrograms</c> against the library under test, each kind once in a run.</summary>
internal static class HostPrograms
{
    private static readonly ConcurrentDictionary<string, Lazy<string>> Built = new();

    /// <summary>Outside the repository, whose settings are not for these programs, and outside the watched temporary folder.</summary>
    private static readonly Lazy<string> Folder = new(CopySources);

    public static string Squares => Path.Combine(Folder.Value, "Squares");

    public static string Testing => Path.Combine(Folder.Value, "Testing");

    /// <summary>Publishes the program and returns the path of its executable.</summary>
    public static string Publish(string kind, params string[] options) => Built.GetOrAdd(kind, _ => new Lazy<string>(() =>
    {
        // A copy for each kind, because what one leaves between would be taken for sources or results of the next.
        string project = Path.Combine(Folder.Value, kind);
        Directory.CreateDirectory(project);
        foreach (string file in new[] { "Squares.csproj", "Program.cs" })
        {
            File.Copy(Path.Combine(Squares, file), Path.Combine(project, file));
        }
        string output = Path.Combine(project, "published");
        Sdk(["publish", project, "-c", "Release", "-o", output, .. options]);
        return Path.Combine(output, "Squares");
    })).Value;

    /// <summary>The program as <c>dotnet build</c> makes it.</summary>
    public static string Build() => Built.GetOrAdd("build", _ => new Lazy<string>(() =>
    {
        Sdk(["build", Squares, "-c", "Release"]);
        return Path.Combine(Squares, "bin", "Release", "net10.0", "Squares");
    })).Value;

    /// <summary>One of several builds of the program that is rebuilt while it runs; returns the path of its executable.</summary>
    public static string BuildRebuilt(int version) => Built.GetOrAdd($"rebuilt {version}", _ => new Lazy<string>(() =>
    {
        string output = Path.Combine(Folder.Value, "Rebuilt", "builds", $"{version}");
        Sdk(["build", Path.Combine(Folder.Value, "Rebuilt"), "-c", "Release", "-o", output, $"-p:Version={version}.0.0"]);
        return Path.Combine(output, "Rebuilt");
    })).Value;

    /// <summary>An empty folder beside the programs.</summary>
    public static string NewFolder() => Directory.CreateDirectory(Path.Combine(Folder.Value, $"{Guid.NewGuid():N}")).FullName;

    /// <summary>The same program as one file without a project.</summary>
    public static string FileBased()
    {
        string folder = Path.Combine(Folder.Value, "FileBased");
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, "squares.cs");
        File.Copy(Path.Combine(Squares, "Program.cs"), path, overwrite: true);
        return path;
    }

    /// <summary>Variables for commands of the SDK: no servers that stay, and a temporary folder for what it does not clean up.</summary>
    public static IReadOnlyDictionary<string, string> SdkEnvironment => new Dictionary<string, string>
    {
        ["TMPDIR"] = Path.Combine(Folder.Value, "tmp"),
        ["MULTIPROCESSING_FOLDER"] = AppContext.BaseDirectory.TrimEnd('/'),
        ["MSBUILDDISABLENODEREUSE"] = "1",
        ["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0",
        ["UseSharedCompilation"] = "false",
        ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
        ["DOTNET_NOLOGO"] = "1",
    };

    public static void Remove()
    {
        if (Folder.IsValueCreated)
        {
            Directory.Delete(Folder.Value, recursive: true);
        }
    }

    private static void Sdk(string[] arguments)
    {
        ProgramResult result = ProgramRun.RunAsync("dotnet", arguments, SdkEnvironment, limit: 300).GetAwaiter().GetResult();
        Assert.True(result.ExitCode == 0, $"dotnet {string.Join(' ', arguments)}: {result}");
    }

    private static string CopySources()
    {
        string folder = $"{Path.GetDirectoryName(TestRun.TemporaryFolder)}/mp-hosts-{Guid.NewGuid():N}";
        Directory.CreateDirectory(Path.Combine(folder, "tmp"));
        string source = Path.Combine(Repository.Root, "tests", "HostPrograms");
        foreach (string file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(folder, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
        return folder;
    }
}
