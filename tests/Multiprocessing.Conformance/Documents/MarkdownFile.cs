using System.Text.RegularExpressions;
using Multiprocessing.Tests.Testing;

namespace Multiprocessing.Conformance.Documents;

/// <summary>A block of code in a document.</summary>
/// <param name="Info">What stands behind the three marks: the language and whatever else.</param>
internal sealed record CodeBlock(string File, int Line, string Info, string Text)
{
    public string Language => Info.Split(' ')[0];

    /// <summary>Marked as a part of a program, which does not compile alone: <c>csharp fragment</c>.</summary>
    public bool IsFragment => Info.Split(' ').Contains("fragment");
}

/// <summary>The documents of the repository.</summary>
internal static partial class MarkdownFile
{
    private const string Fence = "```";

    /// <summary>All of them, by their paths in the repository.</summary>
    public static IEnumerable<string> All() => new[] { "README.md", "README.zh-CN.md", "CONTRIBUTING.md" }
        .Concat(Directory.GetFiles(Path.Combine(Repository.Root, "docs"), "*.md").Select(path => Path.GetRelativePath(Repository.Root, path)).Order(StringComparer.Ordinal));

    public static string[] Lines(string file) => File.ReadAllLines(Path.Combine(Repository.Root, file));

    public static IReadOnlyList<CodeBlock> Blocks(string file)
    {
        var blocks = new List<CodeBlock>();
        string[] lines = Lines(file);
        for (int i = 0; i < lines.Length; i++)
        {
            if (lines[i].StartsWith(Fence, StringComparison.Ordinal))
            {
                int end = Array.FindIndex(lines, i + 1, static line => line.StartsWith(Fence, StringComparison.Ordinal));
                Assert.True(end > 0, $"{file}:{i + 1}: a block without an end");
                blocks.Add(new CodeBlock(file, i + 1, lines[i][Fence.Length..].Trim(), string.Join('\n', lines[(i + 1)..end])));
                i = end;
            }
        }

        return blocks;
    }

    /// <summary>What a block says that it prints: the comments behind the lines that print.</summary>
    public static IEnumerable<string> Expected(CodeBlock block)
    {
        Regex line = block.Language == "python" ? PythonPrint() : CSharpPrint();
        return block.Text.Split('\n').Select(text => line.Match(text)).Where(match => match.Success).Select(match => match.Groups[1].Value);
    }

    [GeneratedRegex(@"Console\.WriteLine\(.*[;)}]\s+// (.*)$")]
    private static partial Regex CSharpPrint();

    [GeneratedRegex(@"\bprint\(.*\)\s+# (.*)$")]
    private static partial Regex PythonPrint();
}
