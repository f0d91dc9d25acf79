using System.Diagnostics;
using System.Globalization;
using System.Text;
using Multiprocessing.Tests.Testing;
using Multiprocessing.Tests.Testing.Leaks;

namespace Multiprocessing.Tests.Processes.Hosts;

/// <summary>What a program printed and how it ended.</summary>
internal sealed record ProgramResult(int ExitCode, string Output, string Error)
{
    public override string ToString() => $"exit code {ExitCode}{Environment.NewLine}{Output}{Error}";
}

/// <summary>Runs a program under a limit of processes and of time: what this is about has started thousands within seconds.</summary>
internal static class ProgramRun
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    /// <param name="until">Ends the program as soon as it has printed a line with this text, for programs that do not end themselves.</param>
    /// <param name="limit">How long it may take, in seconds.</param>
    public static async Task<ProgramResult> RunAsync(
        string program, string[] arguments, IReadOnlyDictionary<string, string>? environment = null, string? until = null,
        string? folder = null, int limit = 60, int processes = 40)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? "/",
        };
        // What the tests' own host was given is not for a program of its own.
        start.Environment.Remove("MSBUILD_EXE_PATH");
        start.Environment.Remove("MSBuildSDKsPath");
        start.Environment.Remove("MSBuildExtensionsPath");
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }
        int before = Count();
        var output = new StringBuilder();
        var error = new StringBuilder();
        using var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Append(output, line.Data);
        process.ErrorDataReceived += (_, line) => Append(error, line.Data);
        process.Start();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        long started = Stopwatch.GetTimestamp();
        string? failure = null;
        while (!process.HasExited)
        {
            if (until is not null && Text(output).Contains(until, StringComparison.Ordinal))
            {
                process.Kill(entireProcessTree: true);
                break;
            }
            if (Count() - before > processes)
            {
                failure = $"More than {processes} processes.";
            }
            else if (Stopwatch.GetElapsedTime(started).TotalSeconds > limit)
            {
                failure = $"Not over after {limit} s.";
            }
            if (failure is not null)
            {
                process.Kill(entireProcessTree: true);
                break;
            }
            await Task.Delay(Interval);
        }
        await process.WaitForExitAsync();
        var result = new ProgramResult(process.ExitCode, Text(output), Text(error));
        Assert.True(failure is null, $"{failure} {program} {string.Join(' ', arguments)}: {result}");
        return result;
    }

    private static int Count() => ProcessResources.Find().Count();

    private static string Text(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString();
        }
    }

    private static void Append(StringBuilder text, string? line)
    {
        if (line is not null)
        {
            lock (text)
            {
                text.AppendLine(line);
            }
        }
    }
}
