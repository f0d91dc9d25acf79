using System.Collections;
using System.Diagnostics;
using Multiprocessing.Platform;

namespace Multiprocessing.Tests.Platform;

public sealed class SpawnerTests
{
    [Theory(Timeout = 30_000)]
    [InlineData("exit 0", 0)]
    [InlineData("exit 7", 7)]
    [InlineData("exit 300", 44)]
    [InlineData("kill -9 $$", -9)]
    [InlineData("kill -15 $$", -15)]
    [InlineData("kill -11 $$", -11)]
    public async Task The_exit_code_is_the_code_or_the_negative_signal(string script, int expected)
    {
        using ProcessHandle child = Shell(script);
        Assert.Equal(new ExitStatus(expected, IsKnown: true), await child.ExitTask);
        Assert.Equal(expected, child.Exit!.Value.Code);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_child_gets_the_descriptors_named_and_no_other()
    {
        // Deliberately not close-on-exec, as a native library might open it.
        using KernelHandle leaky = new(Multiprocessing.Platform.Linux.Libc.Open("/dev/null", 0, 0));
        (KernelHandle read, KernelHandle write) = Multiprocessing.Platform.Linux.Descriptors.Pipe();
        using (read)
        using (ProcessHandle child = Kernel.Spawner.Spawn(new SpawnRequest
        {
            File = "/bin/ls",
            Arguments = ["ls", "/proc/self/fd"],
            Environment = [],
            Descriptors = [null, write, null],
        }))
        {
            write.Dispose();
            await child.ExitTask;
            byte[] output = new byte[100];
            int length = Multiprocessing.Platform.Linux.Descriptors.Read(read, output);

            // 3 is the folder that ls itself reads.
            Assert.Equal("0\n1\n2\n3\n", System.Text.Encoding.ASCII.GetString(output, 0, length));
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task Many_threads_may_wait_for_one_process()
    {
        using ProcessHandle child = Shell("exec sleep 100");
        Task<bool>[] waiters = [.. Enumerable.Range(0, 8).Select(_ => Task.Factory.StartNew(
            () => child.WaitForExit(TimeSpan.FromSeconds(20)), TaskCreationOptions.LongRunning))];
        child.Send(Signal.Kill);
        Assert.All(await Task.WhenAll(waiters), Assert.True);
        child.Send(Signal.Kill);
        Assert.Equal("SIGKILL", child.Exit!.Value.SignalName);
    }

    [Fact(Timeout = 30_000)]
    public async Task Waiting_times_out_while_the_child_runs()
    {
        using ProcessHandle child = Shell("exec sleep 100");
        Assert.False(child.WaitForExit(TimeSpan.Zero));
        Assert.False(child.WaitForExit(TimeSpan.FromMilliseconds(20)));
        Assert.Null(child.Exit);
        child.Send(Signal.Terminate);
        Assert.Equal(-Signal.Terminate, (await child.ExitTask).Code);
    }

    [Fact(Timeout = 30_000)]
    public async Task Exit_codes_are_right_beside_those_of_the_users_own_processes()
    {
        for (int round = 0; round < 20; round++)
        {
            using Process theirs = Process.Start("/bin/sh", ["-c", "exit 3"]);
            using ProcessHandle ours = Shell("exit 4");
            await theirs.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Equal(3, theirs.ExitCode);
            Assert.Equal(new ExitStatus(4, IsKnown: true), await ours.ExitTask);
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task A_killed_group_takes_the_childs_own_children_with_it()
    {
        (KernelHandle read, KernelHandle write) = Multiprocessing.Platform.Linux.Descriptors.Pipe();
        using (read)
        {
            using ProcessHandle child = Kernel.Spawner.Spawn(new SpawnRequest
            {
                File = "/bin/sh",
                Arguments = ["sh", "-c", "sleep 100 & sleep 100"],
                Environment = ["PATH=/usr/bin:/bin"],
                Descriptors = [null, write, null],
                NewProcessGroup = true,
            });
            write.Dispose();
            child.SendToGroup(Signal.Kill);
            await child.ExitTask;

            // The end of the pipe: no process that had the other end is left.
            var ended = new TaskCompletionSource();
            using IDisposable watch = Kernel.EventLoop.Watch(read, () => ended.TrySetResult());
            await ended.Task;
            Assert.Equal(0, Multiprocessing.Platform.Linux.Descriptors.Read(read, new byte[1]));
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task A_program_that_does_not_exist_is_an_error_of_the_call()
    {
        await Task.CompletedTask;
        var error = Assert.Throws<System.ComponentModel.Win32Exception>(() => Kernel.Spawner.Spawn(new SpawnRequest
        {
            File = "/no/such/program",
            Arguments = ["x"],
            Environment = [],
            Descriptors = [null, null, null],
        }));
        Assert.Contains("/no/such/program", error.Message, StringComparison.Ordinal);
    }

    private static ProcessHandle Shell(string script) => Kernel.Spawner.Spawn(new SpawnRequest
    {
        File = "/bin/sh",
        Arguments = ["sh", "-c", script],
        Environment = [.. Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(e => $"{e.Key}={e.Value}")],
        Descriptors = [null, null, null],
    });
}
