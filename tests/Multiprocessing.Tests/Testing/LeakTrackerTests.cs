using System.Diagnostics;
using System.IO.MemoryMappedFiles;
using System.Net.Sockets;
using Multiprocessing.Platform;

namespace Multiprocessing.Tests.Testing;

/// <summary>The tracker is only worth something if it fails: here on a deliberate leak of each kind.</summary>
public sealed class LeakTrackerTests
{
    [Fact]
    public async Task A_class_that_gives_everything_back_passes()
    {
        LeakTracker tracker = await StartAsync();
        using (File.OpenRead("/dev/null"))
        {
        }
        await tracker.DisposeAsync();
    }

    [Fact]
    public async Task What_goes_away_a_little_later_is_no_leak()
    {
        LeakTracker tracker = await StartAsync(TimeSpan.FromSeconds(20));
        FileStream open = File.OpenRead("/dev/null");
        Task check = tracker.DisposeAsync().AsTask();
        await Task.Delay(100, TestContext.Current.CancellationToken);
        Assert.False(check.IsCompleted);
        await open.DisposeAsync();
        await check;
    }

    [Fact]
    public async Task A_descriptor_is_found()
    {
        LeakTracker tracker = await StartAsync();
        using FileStream open = File.OpenRead("/dev/null");
        await FindsAsync(tracker, "descriptor: ", "/dev/null");
    }

    [Fact]
    public async Task A_child_process_is_found()
    {
        LeakTracker tracker = await StartAsync();
        using Process child = Process.Start("/bin/sleep", ["100"]);
        await FindsAsync(tracker, "process: ", "sleep 100");
        child.Kill();
        await child.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_process_below_a_child_is_found()
    {
        LeakTracker tracker = await StartAsync();
        using Process child = Process.Start("/bin/sh", ["-c", "sleep 101; exit 0"]);
        await FindsAsync(tracker, "process: ", "sleep 101");
        child.Kill(entireProcessTree: true);
        await child.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_process_that_lost_its_parent_is_found_by_its_mark()
    {
        LeakTracker tracker = await StartAsync();
        var start = new ProcessStartInfo("/bin/sh", ["-c", "sleep 102 >/dev/null 2>&1 & echo $!"]) { RedirectStandardOutput = true };
        using Process child = Process.Start(start)!;
        string id = (await child.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)).Trim();
        await child.WaitForExitAsync(TestContext.Current.CancellationToken);
        await FindsAsync(tracker, $"process: {id}", "sleep 102");
        using Process kill = Process.Start("/bin/kill", ["-9", id]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_child_that_nobody_reaped_is_found()
    {
        LeakTracker tracker = await StartAsync();
        using ProcessHandle shell = Kernel.Spawner.Spawn(new SpawnRequest
        {
            File = "/bin/sh",
            Arguments = ["sh", "-c", "sleep 0 & exec sleep 103"],
            Environment = [],
            Descriptors = [null, null, null],
        });
        await FindsAsync(tracker, "process: ", "(ended, not reaped)");
        shell.Send(Signal.Kill);
        await shell.ExitTask;
    }

    [Fact]
    public async Task A_thread_is_found()
    {
        LeakTracker tracker = await StartAsync();
        using var end = new ManualResetEventSlim();
        var thread = new Thread(() => end.Wait()) { IsBackground = true, Name = "left-over" };
        thread.Start();
        await FindsAsync(tracker, "thread: ", "left-over");
        end.Set();
        thread.Join();
    }

    [Fact]
    public async Task A_second_thread_of_the_library_by_the_same_name_is_found()
    {
        LeakTracker tracker = await StartAsync();
        using var end = new ManualResetEventSlim();
        Thread[] threads = [Named(end), Named(end)];
        await FindsAsync(tracker, "thread: ", "mp-test");
        end.Set();
        Assert.All(threads, thread => thread.Join());
    }

    [Fact]
    public async Task A_mapping_of_anonymous_shared_memory_is_found()
    {
        LeakTracker tracker = await StartAsync();
        using (var file = MemoryMappedFile.CreateNew(null, 4096))
        using (MemoryMappedViewAccessor view = file.CreateViewAccessor())
        {
            await FindsAsync(tracker, "mapping: ", "/");
        }
    }

    [Fact]
    public async Task Named_shared_memory_is_found()
    {
        string path = $"/dev/shm/multiprocessing-test-{Environment.ProcessId}";
        LeakTracker tracker = await StartAsync();
        await File.WriteAllTextAsync(path, "", TestContext.Current.CancellationToken);
        await FindsAsync(tracker, "shared memory: ", path);
        File.Delete(path);
    }

    [Fact]
    public async Task A_temporary_file_is_found()
    {
        LeakTracker tracker = await StartAsync();
        string path = Path.GetTempFileName();
        Assert.StartsWith(TestRun.TemporaryFolder, path, StringComparison.Ordinal);
        await FindsAsync(tracker, "temporary file: ", path);
        File.Delete(path);
    }

    [Fact]
    public async Task The_files_of_a_killed_runtime_are_found()
    {
        LeakTracker tracker = await StartAsync();
        using Process runtime = Process.Start(new ProcessStartInfo("dotnet", ["--info"]) { RedirectStandardOutput = true })!;
        string path = Path.Combine(TestRun.TemporaryFolder, $"dotnet-diagnostic-{runtime.Id}-");
        while (!Directory.EnumerateFiles(TestRun.TemporaryFolder).Any(file => file.StartsWith(path, StringComparison.Ordinal)))
        {
            Assert.False(runtime.HasExited);
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }
        runtime.Kill();
        await runtime.WaitForExitAsync(TestContext.Current.CancellationToken);
        await FindsAsync(tracker, "temporary file: ", path);
        Multiprocessing.Platform.Linux.RuntimeFiles.RemoveOf(runtime.Id);
    }

    [Fact]
    public async Task An_abstract_socket_is_found()
    {
        LeakTracker tracker = await StartAsync();
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint("\0multiprocessing-test-" + Environment.ProcessId));
        await FindsAsync(tracker, "abstract socket: ", "@multiprocessing-test-" + Environment.ProcessId);
    }

    private static Thread Named(ManualResetEventSlim end)
    {
        var thread = new Thread(() => end.Wait()) { IsBackground = true, Name = "mp-test" };
        thread.Start();
        return thread;
    }

    private static async Task<LeakTracker> StartAsync(TimeSpan? patience = null)
    {
        var tracker = new LeakTracker(patience ?? TimeSpan.FromMilliseconds(300));
        await tracker.InitializeAsync();
        return tracker;
    }

    private static async Task FindsAsync(LeakTracker tracker, string kind, string name)
    {
        string message = (await Assert.ThrowsAsync<LeakException>(() => tracker.DisposeAsync().AsTask())).Message;
        Assert.Contains(message.Split('\n'), line => line.TrimStart().StartsWith(kind, StringComparison.Ordinal) && line.Contains(name, StringComparison.Ordinal));
    }
}
