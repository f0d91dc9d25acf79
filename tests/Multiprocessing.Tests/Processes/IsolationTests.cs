using System.Diagnostics;
using Multiprocessing.Platform;
using Multiprocessing.Platform.Linux;

namespace Multiprocessing.Tests.Processes;

public sealed class IsolationTests
{
    [Theory]
    [InlineData(StartMethod.Spawn)]
    [InlineData(StartMethod.Standby)]
    public async Task No_descriptor_of_the_parent_reaches_a_child(StartMethod method)
    {
        // Deliberately not close-on-exec, as a native library might open it.
        using var leaky = new KernelHandle(Libc.Open("/etc/passwd", 0, 0));
        string listed = await Answer.OfAsync(ListDescriptors, child => child.StartMethod = method);
        Assert.DoesNotContain("/etc/passwd", listed, StringComparison.Ordinal);

        // The control socket is the only one of ours that is not about waiting.
        Assert.Single(listed.Split('\n'), line => line.Contains("socket:", StringComparison.Ordinal));
        Assert.DoesNotContain("memfd:mp-claim", listed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_descriptor_of_ours_reaches_programs_that_user_code_starts()
    {
        using var child = new ChildProcess(() => Thread.CurrentThread.Join());
        child.Start();
        Assert.DoesNotContain("socket:", Run("ls -l /proc/self/fd | grep -v pipe"), StringComparison.Ordinal);
        child.Kill();
        await child.WaitForExitAsync(TestContext.Current.CancellationToken);
        string inside = await Answer.OfAsync(static () => Run("ls -l /proc/self/fd | grep -v pipe"));
        Assert.DoesNotContain("socket:", inside, StringComparison.Ordinal);
        Assert.DoesNotContain("anon_inode", inside, StringComparison.Ordinal);
        Assert.DoesNotContain("memfd:mp-", inside, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_output_streams_are_those_of_the_parent()
    {
        string mine = Identify(1) + Identify(2);
        Assert.Equal(mine, await Answer.OfAsync(static () => Identify(1) + Identify(2)));
        Assert.Equal(mine, await Answer.OfAsync(
            static () => Identify(1) + Identify(2), child => child.StartMethod = StartMethod.Spawn));
    }

    private static string Identify(int descriptor) => new FileInfo($"/proc/self/fd/{descriptor}").LinkTarget ?? "";

    private static string ListDescriptors()
    {
        var lines = new List<string>();
        foreach (string file in Directory.GetFiles("/proc/self/fd"))
        {
            lines.Add(Path.GetFileName(file) + " " + new FileInfo(file).LinkTarget);
        }
        return string.Join('\n', lines);
    }

    private static string Run(string script)
    {
        using Process program = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", script]) { RedirectStandardOutput = true })!;
        string text = program.StandardOutput.ReadToEnd();
        program.WaitForExit();
        return text;
    }
}
