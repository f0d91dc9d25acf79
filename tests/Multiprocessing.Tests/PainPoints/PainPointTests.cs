using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Multiprocessing.Tests.Testing;

namespace Multiprocessing.Tests.PainPoints;

/// <summary>docs/pain-points.md says the truth: every number has its row, and every row its tests.</summary>
public sealed partial class PainPointTests
{
    private const int Count = 43;

    private static readonly Dictionary<int, string[]> Rows = Read();

    [Fact]
    public void Every_number_has_one_row_with_a_test_or_says_that_nothing_is_offered()
    {
        Assert.Equal(Enumerable.Range(1, Count), Rows.Keys.Order());
        Assert.All(Rows, row => Assert.Equal(5, row.Value.Length));
        Assert.All(Rows, row => Assert.True(
            Tests(row.Value).Length > 0 || row.Value[2].StartsWith("not offered", StringComparison.Ordinal), $"Row {row.Key} shows nothing."));
    }

    [Fact]
    public void The_tests_of_a_row_are_just_those_that_carry_its_number()
    {
        var carried = new Dictionary<int, List<string>>();
        foreach (MethodInfo method in typeof(PainPointTests).Assembly.GetTypes().SelectMany(type => type.GetMethods(
            BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)))
        {
            foreach (TraitAttribute trait in method.GetCustomAttributes<TraitAttribute>().Where(trait => trait.Name == "PainPoint"))
            {
                int number = int.Parse(trait.Value, CultureInfo.InvariantCulture);
                (carried.TryGetValue(number, out List<string>? names) ? names : carried[number] = []).Add($"{method.DeclaringType!.Name}.{method.Name}");
            }
        }
        foreach (int number in Rows.Keys)
        {
            Assert.Equal((carried.GetValueOrDefault(number) ?? []).Order(), Tests(Rows[number]).Order());
        }
    }

    private static string[] Tests(string[] row) => [.. TestName().Matches(row[3]).Select(match => match.Groups[1].Value)];

    private static Dictionary<int, string[]> Read()
    {
        var rows = new Dictionary<int, string[]>();
        foreach (string line in File.ReadLines(Path.Combine(Repository.Root, "docs", "pain-points.md")))
        {
            string[] cells = [.. line.Split('|').Skip(1).Select(cell => cell.Trim())];
            if (cells.Length > 1 && int.TryParse(cells[0], CultureInfo.InvariantCulture, out int number))
            {
                rows.Add(number, cells);
            }
        }
        return rows;
    }

    [GeneratedRegex(@"`(\w+\.\w+)`")]
    private static partial Regex TestName();
}
