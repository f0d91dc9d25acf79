namespace Multiprocessing.Conformance.Documents;

/// <summary>The README in Chinese is the README.</summary>
public sealed class TranslationTests
{
    private const string English = "README.md";
    private const string Chinese = "README.zh-CN.md";

    [Fact]
    public void It_has_the_same_code() =>
        Assert.Equal(MarkdownFile.Blocks(English).Select(WithoutComments), MarkdownFile.Blocks(Chinese).Select(WithoutComments));

    [Fact]
    public void It_has_as_many_headings_of_each_level() => Assert.Equal(Shape(English, Level), Shape(Chinese, Level));

    [Fact]
    public void It_has_as_many_rows_in_its_tables_and_points_in_its_lists() =>
        Assert.Equal(Shape(English, Kind), Shape(Chinese, Kind));

    [Fact]
    public void It_has_the_same_names_of_the_library_in_the_table_of_Python() =>
        Assert.Equal(Names(English), Names(Chinese));

    private static string WithoutComments(CodeBlock block) => string.Join('\n', block.Text.Split('\n').Select(line => line.Split(" //")[0].TrimEnd()));

    private static string? Level(string line) => line.StartsWith('#') ? line.Split(' ')[0] : null;

    private static string? Kind(string line) => line.StartsWith("| ", StringComparison.Ordinal) ? "row" : line.StartsWith("- ", StringComparison.Ordinal) ? "point" : null;

    private static string[] Shape(string file, Func<string, string?> kind) => [.. MarkdownFile.Lines(file).Select(kind).OfType<string>()];

    private static string[] Names(string file) =>
        [.. MarkdownFile.Lines(file).Where(line => line.StartsWith("| ", StringComparison.Ordinal)).SelectMany(line => line.Split('`').Where((_, i) => i % 2 == 1))];
}
