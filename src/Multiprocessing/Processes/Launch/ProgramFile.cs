using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Multiprocessing.Processes;

/// <summary>Tells by their content and surroundings what executables are.</summary>
internal static class ProgramFile
{
    // The small launcher that the SDK makes is far below this; a larger file is a bundle or somebody's own host.
    private const int LongestLauncher = 4 << 20;

    /// <summary>True if this is the launcher that the SDK made for the program: it carries the name of the assembly that it runs.</summary>
    public static bool IsLauncherOf(string path, string entryPath)
    {
        using SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        long length = RandomAccess.GetLength(file);
        if (length > LongestLauncher)
        {
            return false;
        }
        byte[] content = new byte[length];
        int read = 0;
        for (int part; (part = RandomAccess.Read(file, content.AsSpan(read), read)) > 0; read += part)
        {
        }
        return content.AsSpan().IndexOf(Encoding.UTF8.GetBytes(Path.GetFileName(entryPath) + "\0")) >= 0;
    }

    /// <summary>True if this is the <c>dotnet</c> host of an installation.</summary>
    public static bool IsDotnetHost(string path) =>
        Path.GetFileName(path) == "dotnet" && Directory.Exists(Path.Combine(Path.GetDirectoryName(path) ?? "/", "host", "fxr"));

    /// <summary>The <c>dotnet</c> host to use, or null: first the one of the installation that this process runs on.</summary>
    public static string? FindDotnetHost(HostFacts facts)
    {
        if (facts.DotnetRoot is { } root && Resolve(root) is { } own)
        {
            return own;
        }
        foreach (string directory in facts.DotnetDirectories())
        {
            if (Resolve(directory) is { } found)
            {
                return found;
            }
        }
        return null;
    }

    private static string? Resolve(string directory)
    {
        string path = Path.Combine(directory, "dotnet");
        if (!File.Exists(path))
        {
            return null;
        }
        path = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        return IsDotnetHost(path) ? path : null;
    }
}
