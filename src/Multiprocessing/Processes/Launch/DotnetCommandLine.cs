namespace Multiprocessing.Processes;

/// <summary>
/// The host's part of a command line <c>dotnet [exec] [host options] PROGRAM.dll [arguments]</c>: the options that decide which
/// framework and which files the program gets. What follows the program belongs to the user and is never looked at.
/// </summary>
internal sealed class DotnetCommandLine
{
    private const string DepsFileOption = "--depsfile";
    private const string RuntimeConfigOption = "--runtimeconfig";

    private readonly List<KeyValuePair<string, string>> _options = [];

    private DotnetCommandLine(string program) => Program = program;

    /// <summary>The program as it was named, relative to the folder in which the process was started.</summary>
    public string Program { get; }

    public string? DepsFile => Find(DepsFileOption);

    public string? RuntimeConfig => Find(RuntimeConfigOption);

    /// <summary>Returns null if this is no command line that names a program (such as <c>dotnet build</c>).</summary>
    public static DotnetCommandLine? Parse(IReadOnlyList<string> commandLine)
    {
        var options = new List<KeyValuePair<string, string>>();
        int i = 1;
        if (i < commandLine.Count && commandLine[i] == "exec")
        {
            i++;
        }
        for (; i + 1 < commandLine.Count && IsHostOption(commandLine[i]); i += 2)
        {
            options.Add(new(commandLine[i], commandLine[i + 1]));
        }
        if (i >= commandLine.Count || !IsProgram(commandLine[i]))
        {
            return null;
        }
        var parsed = new DotnetCommandLine(commandLine[i]);
        parsed._options.AddRange(options);
        return parsed;
    }

    /// <summary>
    /// The arguments that start the same program with the same host options: absolute, because the current folder may have changed.
    /// Returns null if the relative paths cannot be resolved so that they lead to <paramref name="entryPath"/>.
    /// </summary>
    public List<string>? Rebuild(string entryPath, IReadOnlyList<string> startDirectories)
    {
        if (FindBase(entryPath, startDirectories) is not { } folder)
        {
            return null;
        }
        var arguments = new List<string>((_options.Count * 2) + 2) { "exec" };
        foreach ((string name, string value) in _options)
        {
            arguments.Add(name);
            arguments.Add(NamesFile(name) ? Path.GetFullPath(value, folder) : value);
        }
        arguments.Add(entryPath);
        return arguments;
    }

    /// <summary>The folder in which the process was started, as far as the paths of this command line tell.</summary>
    private string? FindBase(string entryPath, IReadOnlyList<string> startDirectories)
    {
        var candidates = new List<string>(startDirectories);
        if (!Path.IsPathRooted(Program) && entryPath.EndsWith("/" + Program, StringComparison.Ordinal))
        {
            candidates.Insert(0, entryPath[..^Program.Length]);
        }
        foreach (string candidate in candidates)
        {
            if (Path.GetFullPath(Program, candidate) == entryPath && HasAllFiles(candidate))
            {
                return candidate;
            }
        }
        // The host resolves symbolic links of the program's path, so a differing path may still be the same file.
        foreach (string candidate in candidates)
        {
            string program = Path.GetFullPath(Program, candidate);
            if (Path.GetFileName(program) == Path.GetFileName(entryPath) && File.Exists(program) && HasAllFiles(candidate))
            {
                return candidate;
            }
        }
        return null;
    }

    private bool HasAllFiles(string folder)
    {
        foreach ((string name, string value) in _options)
        {
            bool must = name.Equals(DepsFileOption, StringComparison.OrdinalIgnoreCase)
                || name.Equals(RuntimeConfigOption, StringComparison.OrdinalIgnoreCase);
            if (must && !Path.IsPathRooted(value) && !File.Exists(Path.GetFullPath(value, folder)))
            {
                return false;
            }
        }
        return true;
    }

    private string? Find(string option)
    {
        foreach ((string name, string value) in _options)
        {
            if (name.Equals(option, StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }
        return null;
    }

    private static bool NamesFile(string option) => option.ToLowerInvariant() is DepsFileOption or RuntimeConfigOption or "--additionalprobingpath";

    // The host's own list; each takes one value.
    private static bool IsHostOption(string argument) => argument.ToLowerInvariant() is DepsFileOption or RuntimeConfigOption
        or "--additionalprobingpath" or "--additional-deps" or "--fx-version" or "--roll-forward" or "--roll-forward-on-no-candidate-fx";

    private static bool IsProgram(string argument) =>
        argument.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) || argument.EndsWith(".exe", StringComparison.OrdinalIgnoreCase);
}
