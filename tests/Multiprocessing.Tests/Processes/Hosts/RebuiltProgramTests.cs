namespace Multiprocessing.Tests.Processes.Hosts;

/// <summary>A program whose files are replaced while it runs: what it has goes on, what it starts says what is wrong.</summary>
public sealed class RebuiltProgramTests
{
    private const int Limit = 240_000;

    [Fact(Timeout = Limit)]
    public async Task Another_build_of_the_program_is_refused() =>
        await RefusedAsync(HostPrograms.BuildRebuilt(version: 2) + ".dll", "the program file of the new process is not the one of its parent");

    [Fact(Timeout = Limit)]
    public async Task Another_build_of_the_library_is_refused()
    {
        string library = Path.Combine(HostPrograms.NewFolder(), "Multiprocessing.dll");
        await File.WriteAllBytesAsync(library, AnotherBuildOfTheLibrary(), TestContext.Current.CancellationToken);
        await RefusedAsync(library, "the Multiprocessing library of the new process is not the one of its parent");
    }

    private static async Task RefusedAsync(string newer, string because)
    {
        string program = HostPrograms.BuildRebuilt(version: 1);
        string folder = HostPrograms.NewFolder();
        foreach (string file in Directory.EnumerateFiles(Path.GetDirectoryName(program)!))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }
        ProgramResult result = await ProgramRun.RunAsync(Path.Combine(folder, Path.GetFileName(program)), [newer]);
        string[] lines = result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(lines.Length == 5 && result.ExitCode == 0, result.ToString());
        Assert.Equal("before: 42", lines[0]);
        Assert.Equal("still running: 42", lines[1]);
        AssertRefusal("Spawn: ProcessStartException: ", lines[2]);
        AssertRefusal("Standby: ProcessStartException: ", lines[3]);
        AssertRefusal("ProcessPool: PoolBrokenException: ", lines[4]);

        void AssertRefusal(string start, string line)
        {
            Assert.StartsWith(start, line, StringComparison.Ordinal);
            Assert.Contains(because, line, StringComparison.Ordinal);
            Assert.Contains("restart it", line, StringComparison.Ordinal);
        }
    }

    /// <summary>The library with another identity of its module, which is what every compilation of other sources has.</summary>
    private static byte[] AnotherBuildOfTheLibrary()
    {
        byte[] library = File.ReadAllBytes(typeof(ChildProcess).Assembly.Location);
        byte[] identity = typeof(ChildProcess).Module.ModuleVersionId.ToByteArray();
        int at = library.AsSpan().IndexOf(identity);
        Assert.True(at > 0 && library.AsSpan(at + 1).IndexOf(identity) < 0, "The identity is there once.");
        Guid.NewGuid().TryWriteBytes(library.AsSpan(at));
        return library;
    }
}
