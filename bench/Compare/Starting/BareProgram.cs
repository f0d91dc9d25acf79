using Multiprocessing.Platform;

namespace Compare.Starting;

/// <summary>Programs that do nothing, started as the library starts its children: what the system, and the runtime, take at least.</summary>
internal static class BareProgram
{
    internal const string Mode = "--inner-nothing";
    private const string Smallest = "/bin/true";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly string[] Variables =
        [.. Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>().Select(e => $"{e.Key}={e.Value}")];

    internal static int Run() => 0;

    /// <summary>From the start to the end of the smallest program there is; seconds.</summary>
    internal static double OfSystem(int count) => Latency.Median(count, null, static () => RunToEnd(Smallest, [Smallest]), warmUp: 1);

    /// <summary>From the start to the end of a managed program; seconds.</summary>
    internal static double OfRuntime(int count)
    {
        var (program, arguments) = InnerPrograms.CommandLine(Mode);
        return Latency.Median(count, null, () => RunToEnd(program, [program, .. arguments]), warmUp: 1);
    }

    private static void RunToEnd(string program, string[] arguments)
    {
        using var process = Kernel.Spawner.Spawn(
            new SpawnRequest { File = program, Arguments = arguments, Environment = Variables, Descriptors = [null, null, null] });
        if (!process.WaitForExit(Limit))
        {
            const int kill = 9;
            process.Send(kill);
            throw new TimeoutException($"{program} has not ended.");
        }
    }
}
