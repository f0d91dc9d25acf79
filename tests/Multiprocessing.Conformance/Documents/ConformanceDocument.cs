using System.Globalization;
using System.Text;
using Multiprocessing.Conformance.Expectations;

namespace Multiprocessing.Conformance.Documents;

/// <summary><c>docs/conformance.md</c>: each of CPython's tests, and what stands for it here.</summary>
internal static class ConformanceDocument
{
    public static string Write()
    {
        var text = new StringBuilder()
            .AppendLine(GeneratedFile.Notice).AppendLine()
            .AppendLine("# Conformance with CPython's multiprocessing").AppendLine()
            .AppendLine("The behaviours that CPython's own tests of `multiprocessing` and of `concurrent.futures` pin down, and the tests here that show the same,")
            .AppendLine("or what is done instead. Back ends: `Spawn` and `Standby` are processes started in the one way or the other, in-process are threads of one")
            .AppendLine("process. Why something differs is in [differences-from-python.md](differences-from-python.md) too.").AppendLine()
            .Append("Of ").Append(Catalog.All.Sum(one => one.PythonTests.Count).ToString(CultureInfo.InvariantCulture)).Append(" tests: ")
            .Append(Catalog.Summary).AppendLine(".").AppendLine();
        WriteCounts(text);
        foreach (Area area in Catalog.Areas)
        {
            text.AppendLine().Append("## ").AppendLine(area.Title);
            foreach (IGrouping<string, Expectation> group in area.Expectations.Where(one => one.PythonTests.Count > 0).GroupBy(one => one.Class))
            {
                text.AppendLine().Append("### ").AppendLine(group.Key).AppendLine()
                    .AppendLine("| CPython's test | state | here | back ends |").AppendLine("|---|---|---|---|");
                foreach (Expectation one in group)
                {
                    text.Append("| ").AppendJoin("<br>", one.PythonTests.Select(test => $"`{test}`")).Append(" | ").Append(Name(one.State)).Append(" | ")
                        .Append(Describe(one)).Append(" | ").AppendJoin(", ", BackEnds.Of(one.Proofs)).AppendLine(" |");
                }
            }
        }

        return text.ToString();
    }

    private static void WriteCounts(StringBuilder text)
    {
        text.AppendLine("| | same | differs | not built | not applicable |").AppendLine("|---|---:|---:|---:|---:|");
        foreach (Area area in Catalog.Areas)
        {
            text.Append("| ").Append(area.Title);
            foreach (Conformity state in Enum.GetValues<Conformity>())
            {
                int count = area.Expectations.Where(one => one.State == state).Sum(one => one.PythonTests.Count);
                text.Append(CultureInfo.InvariantCulture, $" | {count}");
            }

            text.AppendLine(" |");
        }
    }

    private static string Name(Conformity state) => state switch
    {
        Conformity.Same => "same",
        Conformity.Differs => "differs",
        Conformity.NotBuilt => "not built",
        _ => "not applicable",
    };

    private static string Describe(Expectation one)
    {
        string words = one.State == Conformity.Differs ? $"{one.Here} ({one.Reason})" : one.Reason;
        IEnumerable<string> tests = one.Proofs.SelectMany(proof => proof.Names.Select(name => $"`{proof.Class.Name}.{name}`"));
        return string.Join("<br>", tests.Prepend(words).Where(part => part.Length > 0));
    }
}
