using System.Collections;
using System.Globalization;
using Multiprocessing.Platform;

namespace Multiprocessing.Processes;

/// <summary>The surroundings of this process at one moment: taken when a process is started, compared when it is claimed.</summary>
internal sealed class SurroundingsSnapshot
{
    private static readonly Lazy<Tuple<string, string>> DefaultCultures = new(ReadDefaultCultures); // A value tuple would be compiled anew.

    private readonly string? _directory = GetDirectory();
    private readonly int _niceness = Kernel.Scheduling.Niceness;
    private readonly byte[] _affinity = Kernel.Scheduling.Affinity;

    public SurroundingsSnapshot(Dictionary<string, string> environment) => Environment = environment;

    public Dictionary<string, string> Environment { get; }

    public static SurroundingsSnapshot Take(IReadOnlyDictionary<string, string?>? changes) => new(ReadEnvironment(changes));

    public static Dictionary<string, string> ReadEnvironment(IReadOnlyDictionary<string, string?>? changes)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry variable in System.Environment.GetEnvironmentVariables())
        {
            variables[(string)variable.Key] = (string?)variable.Value ?? "";
        }
        if (changes is not null)
        {
            foreach ((string name, string? value) in changes)
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
        return variables;
    }

    /// <summary>Puts into a claim all that a process started at this moment must change to be in the surroundings of now.</summary>
    /// <param name="request">The start whose claim is to be completed; what it asks for counts before what this process has.</param>
    /// <param name="now">The surroundings to reach.</param>
    /// <param name="restore">Variables that were changed for the start only.</param>
    public void WriteDifference(StartRequest request, SurroundingsSnapshot now, IReadOnlyDictionary<string, string?> restore)
    {
        Claim claim = request.Claim;
        foreach ((string name, string? value) in restore)
        {
            claim.Environment[name] = value;
        }
        foreach (string name in Environment.Keys)
        {
            if (!now.Environment.ContainsKey(name))
            {
                claim.Environment[name] = null;
            }
        }
        foreach ((string name, string value) in now.Environment)
        {
            if (!Environment.TryGetValue(name, out string? before) || before != value)
            {
                claim.Environment[name] = value;
            }
        }
        string? target = request.WorkingDirectory is { } directory ? Path.GetFullPath(directory, now._directory ?? "/") : now._directory;
        claim.WorkingDirectory = target == _directory ? null : target;
        int niceness = request.Niceness ?? now._niceness;
        claim.Niceness = niceness == _niceness ? null : niceness;
        byte[] affinity = request.Affinity ?? now._affinity;
        claim.Affinity = affinity.AsSpan().SequenceEqual(_affinity) ? [] : affinity;
        (string culture, string uiCulture) = DefaultCultures.Value;
        claim.Culture = CultureInfo.CurrentCulture.Name is var name1 && name1 == culture ? null : name1;
        claim.UICulture = CultureInfo.CurrentUICulture.Name is var name2 && name2 == uiCulture ? null : name2;
    }

    private static string? GetDirectory()
    {
        try
        {
            return System.Environment.CurrentDirectory;
        }
        catch (IOException)
        {
            return null; // It was deleted. A new process inherits it all the same.
        }
    }

    /// <summary>
    /// The cultures that a new process has by itself: those of a thread that inherits none. Nothing is sent where they are in force,
    /// because to set a culture is to load the globalization data, which costs a new process as much as the rest of its start.
    /// </summary>
    private static Tuple<string, string> ReadDefaultCultures()
    {
        if (CultureInfo.DefaultThreadCurrentCulture is not null || CultureInfo.DefaultThreadCurrentUICulture is not null)
        {
            return new("?", "?");
        }
        Tuple<string, string>? names = null;
        var thread = new Thread(() => names = new(CultureInfo.CurrentCulture.Name, CultureInfo.CurrentUICulture.Name));
        thread.UnsafeStart();
        thread.Join();
        return names!;
    }
}
