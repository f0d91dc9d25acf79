using Multiprocessing;

namespace Compare.Pools;

/// <summary>The first result of a fresh program: from the first line of its Main, with all that it has to load and compile.</summary>
internal static class ColdPool
{
    internal const string Mode = "--inner-cold-pool";

    /// <summary>In the fresh program: prints the seconds.</summary>
    internal static int Run(long start)
    {
        using var pool = new ProcessPool(2);
        var result = pool.Run(PoolTasks.Increment, 1);
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        Console.WriteLine(seconds.ToString("R", CultureInfo.InvariantCulture));
        return result == 2 ? 0 : 1;
    }

    /// <summary>Starts the fresh program and reads what it measured.</summary>
    internal static double Measure()
    {
        var (program, arguments) = InnerPrograms.CommandLine(Mode);
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(TimeSpan.FromSeconds(30)))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException("A cold start took more than 30 s.");
        }
        return process.ExitCode == 0
            ? double.Parse(output.Result, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException($"A cold start ended with exit code {process.ExitCode}.");
    }
}
