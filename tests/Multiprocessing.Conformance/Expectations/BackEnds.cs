namespace Multiprocessing.Conformance.Expectations;

/// <summary>Where the work of a test runs.</summary>
internal static class BackEnds
{
    private static readonly string[] Order = ["Spawn", "Standby", "in-process"];

    public static IEnumerable<string> Of(IEnumerable<Proof> proofs) =>
        proofs.SelectMany(proof => proof.Runners()).Select(Of).Distinct().OrderBy(name => Array.IndexOf(Order, name));

    // The classes that run a contract bear its back end in their names. Others with processes use what the library uses if it is not told.
    private static string Of(Type runner) => runner.Name switch
    {
        var name when name.Contains("Spawn", StringComparison.Ordinal) => "Spawn",
        var name when name.Contains("Standby", StringComparison.Ordinal) => "Standby",
        var name when name.Contains("Thread", StringComparison.Ordinal) || name.Contains("InProcess", StringComparison.Ordinal) => "in-process",
        _ when IsOfProcesses(runner) => "Standby",
        _ => "in-process",
    };

    private static bool IsOfProcesses(Type runner) =>
        runner.Namespace!.Contains(".Processes", StringComparison.Ordinal) || runner.Namespace.EndsWith(".Pools", StringComparison.Ordinal)
        || runner.Name.Contains("Death", StringComparison.Ordinal) || runner.Name.Contains("Killing", StringComparison.Ordinal);
}
