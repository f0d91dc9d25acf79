using Multiprocessing.Tests.Testing;

namespace Multiprocessing.Conformance.Documents;

/// <summary>A document that is written by the tests: with <c>MULTIPROCESSING_WRITE_DOCS=1</c> in the environment they do, otherwise they compare.</summary>
internal static class GeneratedFile
{
    public const string Notice = "<!-- Written by tests/Multiprocessing.Conformance; change the declarations there (Expectations/), then: MULTIPROCESSING_WRITE_DOCS=1 "
        + "dotnet test -c Release --project tests/Multiprocessing.Conformance --filter-class \"*DocumentTests\" -->";

    private static readonly bool Writes = Environment.GetEnvironmentVariable("MULTIPROCESSING_WRITE_DOCS") == "1";

    public static void IsUpToDate(string name, string text)
    {
        string path = Path.Combine(Repository.Root, "docs", name);
        if (Writes)
        {
            File.WriteAllText(path, text);
        }

        Assert.True(File.Exists(path) && File.ReadAllText(path) == text, $"docs/{name} is out of date. Its first line says how to write it anew.");
    }
}
