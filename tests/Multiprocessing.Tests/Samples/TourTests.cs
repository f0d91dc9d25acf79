using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Multiprocessing.Platform;
using Multiprocessing.Platform.Linux;
using Multiprocessing.Tests.Testing;

namespace Multiprocessing.Tests.Samples;

/// <summary>The Tour as its users run it: a program of its own.</summary>
public sealed class TourTests
{
    private const int LongestLife = 1000;

    [Fact]
    public async Task The_tour_computes_what_one_process_computes_and_survives_its_mishaps()
    {
        string directory = Directory.CreateTempSubdirectory("mp-tour-").FullName;
        try
        {
            await File.WriteAllTextAsync(Path.Combine(directory, "zeros"), new string('0', 100_000));
            await File.WriteAllBytesAsync(Path.Combine(directory, "empty"), []);
            using Process tour = Start(directory);
            using StreamReader reader = tour.StandardOutput;
            string output = await reader.ReadToEndAsync();
            await tour.WaitForExitAsync();
            Assert.Equal(0, tour.ExitCode);
            Assert.Contains("Equal, file by file", output, StringComparison.Ordinal);
            Assert.Contains("Together: 2 files, 100,000 bytes", output, StringComparison.Ordinal);
            Assert.Contains("died (SIGSEGV)", output, StringComparison.Ordinal);
            Assert.Contains("died (stack overflow)", output, StringComparison.Ordinal);
            Assert.Contains("endless loop, cancelled after 300 ms: TaskCanceledException", output, StringComparison.Ordinal);
            Assert.Contains("died (fail fast: on purpose)", output, StringComparison.Ordinal);
            Assert.Contains("The pool still works: 6 x 7 = 42", output, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("PainPoint", "12")]
    public async Task A_tour_killed_in_the_middle_leaves_nothing_within_a_second(bool stopAWorkerFirst)
    {
        string[] sharedMemory = Directory.GetFiles("/dev/shm");
        using Process tour = Start(RuntimeEnvironment.GetRuntimeDirectory());
        using StreamReader output = tour.StandardOutput; // What was read from is not closed with the process.
        string? line;
        while ((line = await output.ReadLineAsync()) is not null && !line.Contains("examined", StringComparison.Ordinal))
        {
        }

        Assert.NotNull(line);
        int[] below = Below(tour.Id);
        Assert.NotEmpty(below);
        if (stopAWorkerFirst)
        {
            Assert.Equal(0, Libc.Kill(below[0], Signal.Stop));
        }

        long killed = Stopwatch.GetTimestamp();
        Assert.Equal(0, Libc.Kill(tour.Id, Signal.Kill));
        await tour.WaitForExitAsync();
        while (below.Any(IsRunning))
        {
            Assert.InRange(Stopwatch.GetElapsedTime(killed).TotalMilliseconds, 0, LongestLife);
            await Task.Delay(1);
        }

        Assert.Equal(sharedMemory, Directory.GetFiles("/dev/shm"));
        foreach (int id in below)
        {
            Assert.Empty(Directory.GetFiles(Path.GetTempPath(), $"*-{id}-*"));
        }

        // The runtime of the one that was killed cannot remove its own; everything else of a tour is ours.
        foreach (string file in Directory.GetFiles(Path.GetTempPath(), $"*-{tour.Id}-*"))
        {
            Assert.Matches("dotnet-diagnostic|clr-debug-pipe", file);
            File.Delete(file);
        }
    }

    private static Process Start(string directory) => Process.Start(new ProcessStartInfo
    {
        FileName = Path.Combine(Repository.Root, "artifacts/bin/Tour", Configuration, "Tour"),
        ArgumentList = { directory },
        RedirectStandardOutput = true,
    })!;

    /// <summary>The Tour is built as these tests are.</summary>
    private static string Configuration => Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));

    private static int[] Below(int parent)
    {
        var below = new List<int>();
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out int id) && ParentOf(id) == parent)
            {
                below.Add(id);
                below.AddRange(Below(id));
            }
        }

        return [.. below];
    }

    private static int ParentOf(int id) => Stat(id) is [_, string parent, ..] ? int.Parse(parent, CultureInfo.InvariantCulture) : 0;

    // The dead whom their new parent has not reaped yet hold nothing any more.
    private static bool IsRunning(int id) => Stat(id) is [string state, ..] && state != "Z";

    private static string[]? Stat(int id)
    {
        try
        {
            string stat = File.ReadAllText($"/proc/{id}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null;
        }
    }
}
