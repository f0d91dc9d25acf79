using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.Extensions.Logging;
using Multiprocessing.Tests.Processes.Hosts;

namespace Multiprocessing.Conformance.Documents;

/// <summary>A block of C# as the program that a reader makes of it.</summary>
internal static class SampleProgram
{
    private const string GlobalUsings = """
        global using global::Multiprocessing;
        global using global::System;
        global using global::System.Collections.Generic;
        global using global::System.IO;
        global using global::System.Linq;
        global using global::System.Net.Http;
        global using global::System.Threading;
        global using global::System.Threading.Tasks;
        """;

    private const string RuntimeConfig = """
        { "runtimeOptions": { "tfm": "net10.0", "framework": { "name": "Microsoft.NETCore.App", "version": "10.0.0" } } }
        """;

    private static readonly string[] Libraries = [typeof(ProcessPool).Assembly.Location, typeof(ILoggerFactory).Assembly.Location];

    private static readonly Lazy<MetadataReference[]> References = new(() =>
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetDirectoryName(path) == Path.GetDirectoryName(typeof(object).Assembly.Location)).Concat(Libraries)
            .Select(path => MetadataReference.CreateFromFile(path)),
    ]);

    /// <summary>Compiles it into a folder; the result are the errors.</summary>
    public static IReadOnlyList<string> Compile(CodeBlock block, string folder)
    {
        var options = CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.Latest);
        CSharpCompilation compilation = CSharpCompilation.Create(
            "Sample",
            [CSharpSyntaxTree.ParseText(block.Text, options), CSharpSyntaxTree.ParseText(GlobalUsings, options)],
            References.Value,
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable, allowUnsafe: true));
        using FileStream file = File.Create(Path.Combine(folder, "Sample.dll"));
        return
        [
            .. compilation.Emit(file).Diagnostics.Where(static one => one.Severity == DiagnosticSeverity.Error)
                .Select(one => $"{block.File}:{block.Line + 1 + one.Location.GetLineSpan().StartLinePosition.Line}: {one.GetMessage(System.Globalization.CultureInfo.InvariantCulture)}"),
        ];
    }

    /// <summary>Runs what was compiled.</summary>
    public static Task<ProgramResult> RunAsync(string folder)
    {
        foreach (string library in Libraries)
        {
            File.Copy(library, Path.Combine(folder, Path.GetFileName(library)));
        }

        File.WriteAllText(Path.Combine(folder, "Sample.runtimeconfig.json"), RuntimeConfig);
        return ProgramRun.RunAsync("dotnet", [Path.Combine(folder, "Sample.dll")], folder: folder);
    }
}
