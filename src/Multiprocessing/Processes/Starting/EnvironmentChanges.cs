namespace Multiprocessing.Processes;

/// <summary>Variables to add to an environment or, with null as value, to remove from it.</summary>
internal static class EnvironmentChanges
{
    /// <exception cref="ArgumentException">There is a name or value that no variable can have.</exception>
    public static Dictionary<string, string?>? Copy(IReadOnlyDictionary<string, string?>? changes)
    {
        if (changes is null)
        {
            return null;
        }
        var copy = new Dictionary<string, string?>(changes, StringComparer.Ordinal);
        foreach ((string name, string? value) in copy)
        {
            if (name.Length == 0 || name.AsSpan().ContainsAny('=', '\0') || value?.Contains('\0', StringComparison.Ordinal) == true)
            {
                throw new ArgumentException(
                    $"'{name}' cannot be the name of an environment variable, or its value has a null character.", nameof(changes));
            }
        }
        return copy;
    }
}
