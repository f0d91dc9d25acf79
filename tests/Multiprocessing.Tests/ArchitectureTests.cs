using System.Reflection;
using System.Text.RegularExpressions;
using Multiprocessing.Platform;
using Multiprocessing.Tests.Testing;

namespace Multiprocessing.Tests;

/// <summary>What CONTRIBUTING.md says of layers and files, checked.</summary>
public sealed partial class ArchitectureTests
{
    private static readonly string[] Layers =
        ["Diagnostics", "Platform", "Serialization", "Memory", "Synchronization", "Messaging", "Processes", "Pools"];

    private static readonly string Source = Path.Combine(Repository.Root, "src", "Multiprocessing");

    [Fact]
    public void Every_source_file_is_in_a_layer_and_uses_only_lower_ones()
    {
        var wrong = new List<string>();
        foreach (string file in Files())
        {
            string path = Path.GetRelativePath(Source, file);
            int layer = Array.IndexOf(Layers, path.Split('/')[0]);
            if (layer < 0)
            {
                wrong.Add($"{path} is in no layer");
            }
            foreach (Match match in InternalNamespace().Matches(File.ReadAllText(file)))
            {
                if (Array.IndexOf(Layers, match.Groups[1].Value) > layer)
                {
                    wrong.Add($"{path} uses {match.Groups[1].Value}");
                }
            }
        }
        Assert.Empty(wrong);
    }

    [Fact]
    public void Native_functions_are_called_in_the_platform_layer_only()
    {
        const BindingFlags all = BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        string[] native = [.. typeof(Kernel).Assembly.GetTypes()
            .Where(type => type.GetMethods(all).Any(method => method.Attributes.HasFlag(MethodAttributes.PinvokeImpl)))
            .Select(type => type.FullName!)];
        Assert.NotEmpty(native);
        Assert.All(native, name => Assert.StartsWith("Multiprocessing.Platform.", name, StringComparison.Ordinal));
    }

    [Fact]
    public void Public_types_are_in_one_namespace() =>
        Assert.All(typeof(Kernel).Assembly.GetExportedTypes(), type => Assert.Equal("Multiprocessing", type.Namespace));

    [Fact]
    public void No_source_file_is_longer_than_400_lines() =>
        Assert.DoesNotContain(Files(), file => File.ReadLines(file).Count() > 400);

    private static string[] Files() => Directory.GetFiles(Source, "*.cs", SearchOption.AllDirectories);

    [GeneratedRegex(@"\bMultiprocessing\.(\w+)\b")]
    private static partial Regex InternalNamespace();
}
