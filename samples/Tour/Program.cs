using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Multiprocessing;
using Tour;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
string directory = args.Length > 0 ? args[0] : RuntimeEnvironment.GetRuntimeDirectory();
if (!Directory.Exists(directory))
{
    Console.Error.WriteLine($"There is no directory '{directory}'.");
    return 1;
}

string[] files = [.. Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
await using var pool = new ProcessPool(new ProcessPoolOptions { Spares = 1 });
Console.WriteLine($"{files.Length} files of {directory}, {pool.WorkerCount} worker processes");

long start = Stopwatch.GetTimestamp();
var facts = new List<FileFacts>(files.Length);
using (var progress = new ProgressBar("examined", files.Length))
{
    await foreach (FileFacts fact in pool.MapStreamUnorderedAsync(FileFacts.Examine, files))
    {
        facts.Add(fact);
        progress.Advance();
    }
}

TimeSpan inWorkers = Stopwatch.GetElapsedTime(start);

start = Stopwatch.GetTimestamp();
FileFacts[] alone = [.. files.Select(FileFacts.Examine)];
TimeSpan inOneProcess = Stopwatch.GetElapsedTime(start);

facts.Sort((a, b) => string.CompareOrdinal(a.Path, b.Path));
if (!facts.SequenceEqual(alone))
{
    Console.Error.WriteLine("The workers computed something else than this process.");
    return 1;
}

Report.Print(facts, directory);
Console.WriteLine(
    $"Equal, file by file, to what one process computes. {inWorkers.TotalSeconds:0.00} s instead of {inOneProcess.TotalSeconds:0.00} s: "
    + $"{inOneProcess / inWorkers:0.00} times as fast.");

return await Mishaps.ShowAsync(pool) ? 0 : 1;
