using System.Collections;
using System.Globalization;

namespace Multiprocessing.Processes;

/// <summary>
/// The environment of a new process: what it starts with, and what it must put back before user code runs, so that user code and
/// the programs that it starts see the environment of the parent and none of the library's variables.
/// </summary>
internal sealed class LaunchEnvironment
{
    private readonly Dictionary<string, string> _variables;
    private readonly Dictionary<string, string?> _restore = new(StringComparer.Ordinal);

    private LaunchEnvironment(Dictionary<string, string> variables) => _variables = variables;

    /// <summary>What the new process starts with.</summary>
    public IReadOnlyDictionary<string, string> Variables => _variables;

    /// <summary>What the new process sets again before user code runs, in its managed and its native environment; null removes.</summary>
    public IReadOnlyDictionary<string, string?> Restore => _restore;

    /// <summary>The environment of a child of this process as of now.</summary>
    /// <remarks>The changes are the caller's own additions, and removals (null), which stay in force in user code.</remarks>
    public static LaunchEnvironment Create(
        LaunchCommand command, LaunchOptions options, IReadOnlyDictionary<string, string?>? changes = null)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            variables[(string)variable.Key] = (string?)variable.Value ?? "";
        }
        return Create(variables, command, options, changes);
    }

    internal static LaunchEnvironment Create(
        Dictionary<string, string> parent, LaunchCommand command, LaunchOptions options, IReadOnlyDictionary<string, string?>? changes)
    {
        foreach ((string name, string? value) in changes ?? new Dictionary<string, string?>())
        {
            Apply(parent, name, value);
        }
        var environment = new LaunchEnvironment(parent);
        environment.ChangeForStart("DOTNET_STARTUP_HOOKS", command.StartupHook);
        foreach ((string name, string value) in command.Environment)
        {
            environment.ChangeForStart(name, value);
        }
        // A watcher makes its programs patchable; a worker gets no patches and need not pay for it.
        environment.ChangeForStart("DOTNET_MODIFIABLE_ASSEMBLIES", null);
        if (!options.Diagnostics)
        {
            environment.ChangeSetting("EnableDiagnostics", "0");
        }
        // The parent's ports are the parent's: every child would wait for a tool to let it go, or steal the tool's connection.
        environment.ChangeSetting("DefaultDiagnosticPortSuspend", null);
        environment.ChangeSetting("DiagnosticPorts", null);
        environment.ChangeFlag("gcServer", options.ServerGarbageCollection);
        environment.ChangeFlag("gcConcurrent", options.ConcurrentGarbageCollection);
        if (options.HeapHardLimit is { } limit)
        {
            environment.ChangeSetting("GCHeapHardLimit", limit.ToString("x", CultureInfo.InvariantCulture));
        }
        return environment;
    }

    /// <summary>Sets (or removes) a variable for the start only: the child puts back what user code shall see.</summary>
    public void ChangeForStart(string name, string? value)
    {
        _variables.TryGetValue(name, out string? before);
        if (before == value)
        {
            return;
        }
        _restore.TryAdd(name, before);
        Apply(_variables, name, value);
    }

    /// <summary>The block that a new process is started with: <c>NAME=VALUE</c> each.</summary>
    public string[] ToBlock()
    {
        var block = new string[_variables.Count];
        int i = 0;
        foreach ((string name, string value) in _variables)
        {
            block[i++] = $"{name}={value}";
        }
        return block;
    }

    /// <summary>True if the variable counts when a process starts, so that changing it later is too late.</summary>
    public static bool IsReadAtStart(string name) =>
        name.StartsWith("DOTNET_", StringComparison.Ordinal) || name.StartsWith("COMPlus_", StringComparison.Ordinal)
        || name.StartsWith("CORECLR_", StringComparison.Ordinal) || name.StartsWith("COREHOST_", StringComparison.Ordinal)
        || name.StartsWith("LD_", StringComparison.Ordinal) || name.StartsWith("LC_", StringComparison.Ordinal)
        || name.StartsWith("MALLOC_", StringComparison.Ordinal) || name.StartsWith("GLIBC_", StringComparison.Ordinal)
        || name is "LANG" or "LANGUAGE" or "TZ" or "TMPDIR" or "HOME";

    // The runtime reads its settings under an old prefix as well.
    private void ChangeSetting(string setting, string? value)
    {
        ChangeForStart("DOTNET_" + setting, value);
        ChangeForStart("COMPlus_" + setting, null);
    }

    private void ChangeFlag(string setting, bool? value)
    {
        if (value is { } flag)
        {
            ChangeSetting(setting, flag ? "1" : "0");
        }
    }

    private static void Apply(Dictionary<string, string> variables, string name, string? value)
    {
        if (value is null)
        {
            variables.Remove(name);
        }
        else
        {
            variables[name] = value;
        }
    }
}
