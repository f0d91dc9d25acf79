using System.Text;
using Multiprocessing.Conformance.Expectations;

namespace Multiprocessing.Conformance.Documents;

/// <summary><c>docs/differences-from-python.md</c>: what a Python programmer finds otherwise here, and why.</summary>
internal static class DifferencesDocument
{
    public static string Write()
    {
        var text = new StringBuilder()
            .AppendLine(GeneratedFile.Notice).AppendLine()
            .AppendLine("# Differences from Python's multiprocessing").AppendLine()
            .AppendLine("Deliberate ones, and why. [conformance.md](conformance.md) says which tests show them.");
        foreach (Area area in Catalog.Areas)
        {
            Expectation[] differences = [.. area.Expectations.Where(one => one.State == Conformity.Differs)];
            if (differences.Length > 0)
            {
                text.AppendLine().Append("## ").AppendLine(area.Title).AppendLine().AppendLine("| Python | here | reason |").AppendLine("|---|---|---|");
                foreach (Expectation one in differences)
                {
                    text.Append("| ").Append(one.Python).Append(" | ").Append(one.Here).Append(" | ").Append(one.Reason).AppendLine(" |");
                }
            }
        }

        return text.ToString();
    }
}
