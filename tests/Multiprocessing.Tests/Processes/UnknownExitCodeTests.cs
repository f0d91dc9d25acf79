using System.Runtime.InteropServices;
using Multiprocessing.Platform;

namespace Multiprocessing.Tests.Processes;

/// <summary>
/// Other code of this process takes the exit code from the system. In a process of its own, for what that code does to SIGCHLD, or to the
/// event loop, concerns all of a process.
/// </summary>
public sealed partial class UnknownExitCodeTests
{
    private const int ChildSignal = 17;
    private const string Unknown = "joined True, alive False, code none, event True, active 0: exit code unknown";

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_child_that_native_code_reaped_has_ended_and_nobody_knows_how() => Assert.Equal(Unknown, await Answer.OfAsync(static () =>
    {
        using var child = new ChildProcess(static () => Thread.CurrentThread.Join());
        child.Start();

        // Nobody of the library may come first.
        using var isHeld = new ManualResetEventSlim();
        using var release = new ManualResetEventSlim();
        Kernel.EventLoop.Post(() =>
        {
            isHeld.Set();
            release.Wait();
        });
        isHeld.Wait();
        child.Kill();
        Assert.Equal(child.Id, WaitForProcess(child.Id!.Value, out int status, options: 0));
        Assert.Equal(Signal.Kill, status & 0x7f);
        Assert.False(child.IsAlive);
        release.Set();
        return Describe(child);
    }));

    [Fact]
    public async Task Children_that_the_system_was_told_to_reap_have_ended_and_nobody_knows_how() =>
        Assert.Equal(Unknown, await Answer.OfAsync(static () =>
        {
            using var child = new ChildProcess(static () => Thread.CurrentThread.Join());
            child.Start();
            SetSignalHandler(ChildSignal, handler: 1); // SIG_IGN, which the library puts right when it starts its first process, and not later.
            child.Kill();
            return Describe(child);
        }));

    private static string Describe(ChildProcess child)
    {
        bool joined = child.Join(Soon);
        bool isSet = child.ExitWaitHandle.WaitOne(Soon);
        string end = child.ToString()[(child.ToString().IndexOf("ended, ", StringComparison.Ordinal) + 7)..];
        return $"joined {joined}, alive {child.IsAlive}, code {(child.ExitCode is null ? "none" : "known")}, event {isSet}, " +
            $"active {ChildProcess.ActiveChildren.Count}: {end}";
    }

    [LibraryImport("libc", EntryPoint = "waitpid")]
    private static partial int WaitForProcess(int id, out int status, int options);

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint SetSignalHandler(int signal, nint handler);
}
