using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Order;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

// What the hot pieces cost by themselves, within one process: time, and bytes allocated per operation.
//   dotnet run -c Release --project bench/Micro -- --filter "*"
// In this process, because a program that is generated for each benchmark would have to be built first.
var config = ManualConfig.CreateEmpty()
    .AddJob(Job.ShortRun.WithToolchain(new InProcessEmitToolchain(logOutput: true)))
    .AddLogger(ConsoleLogger.Default)
    .AddColumnProvider(DefaultColumnProviders.Instance)
    .AddDiagnoser(MemoryDiagnoser.Default)
    .AddExporter(MarkdownExporter.GitHub)
    .WithOrderer(new DefaultOrderer(SummaryOrderPolicy.Declared))
    .WithArtifactsPath(Path.Combine("artifacts", "micro"));
var summaries = BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, config);
return summaries.Any(summary => summary.HasCriticalValidationErrors || summary.Reports.Any(report => !report.Success)) ? 1 : 0;
