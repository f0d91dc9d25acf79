using Multiprocessing.Tests.Processes.Hosts;
using Multiprocessing.Tests.Testing;

namespace Multiprocessing.Conformance.Documents;

/// <summary>What the documents show works.</summary>
public sealed class CodeBlockTests
{
    private const string Walk = "docs/from-python.md";

    public static IEnumerable<TheoryDataRow<string, int>> Programs() => Rows(MarkdownFile.All(), "csharp");

    public static IEnumerable<TheoryDataRow<string, int>> PythonPrograms() => Rows([Walk], "python");

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task A_block_of_CSharp_is_a_program_that_does_what_it_says(string file, int line)
    {
        CodeBlock block = MarkdownFile.Blocks(file).Single(one => one.Line == line);
        using var folder = new TemporaryFolder();
        Assert.Empty(SampleProgram.Compile(block, folder.Path));
        ProgramResult result = await SampleProgram.RunAsync(folder.Path);
        Assert.True(result.ExitCode == 0, result.ToString());
        if (file == Walk)
        {
            PrintsWhatItSays(block, result);
        }
    }

    [Theory]
    [MemberData(nameof(PythonPrograms))]
    public async Task A_block_of_Python_does_what_it_says(string file, int line)
    {
        CodeBlock block = MarkdownFile.Blocks(file).Single(one => one.Line == line);
        using var folder = new TemporaryFolder();
        string path = folder.Write("sample.py", block.Text);
        ProgramResult result;
        try
        {
            result = await ProgramRun.RunAsync("python3", ["-B", path], folder: folder.Path);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("python3 is not installed: what Python does was not looked at.");
            throw;
        }

        Assert.True(result.ExitCode == 0, result.ToString());
        PrintsWhatItSays(block, result);
    }

    [Fact]
    public void Both_languages_print_the_same()
    {
        IReadOnlyList<CodeBlock> blocks = MarkdownFile.Blocks(Walk);
        for (int i = 0; i < blocks.Count; i++)
        {
            if (blocks[i].Language == "python")
            {
                Assert.Equal("csharp", blocks[i + 1].Language);
                string[] python = [.. MarkdownFile.Expected(blocks[i])];
                Assert.Equal(python, MarkdownFile.Expected(blocks[i + 1]).Take(python.Length));
            }
        }
    }

    [Fact]
    public void Every_block_says_its_language_or_is_no_code() => Assert.All(
        MarkdownFile.All().SelectMany(MarkdownFile.Blocks),
        block => Assert.True(block.Info is "" or "csharp" or "csharp fragment" or "python" or "text" or "mermaid" or "bash", $"{block.File}:{block.Line}: {block.Info}"));

    private static IEnumerable<TheoryDataRow<string, int>> Rows(IEnumerable<string> files, string language) =>
        from file in files
        from block in MarkdownFile.Blocks(file)
        where block.Language == language && !block.IsFragment
        select new TheoryDataRow<string, int>(file, block.Line);

    private static void PrintsWhatItSays(CodeBlock block, ProgramResult result)
    {
        string[] expected = [.. MarkdownFile.Expected(block)];
        Assert.NotEmpty(expected);
        Assert.Equal(expected, result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
