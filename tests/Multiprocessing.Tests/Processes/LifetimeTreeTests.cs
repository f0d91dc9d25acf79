using System.Globalization;
using Multiprocessing.Platform;
using Multiprocessing.Platform.Linux;

namespace Multiprocessing.Tests.Processes;

/// <summary>Whatever ends a process, nothing that this library started below it stays.</summary>
public sealed class LifetimeTreeTests
{
    [Theory]
    [InlineData(StartMethod.Spawn, false)]
    [InlineData(StartMethod.Standby, false)]
    [InlineData(StartMethod.Standby, true)]
    [Trait("PainPoint", "12")]
    [Trait("PainPoint", "19")]
    public async Task A_killed_process_takes_its_children_and_theirs_with_it(StartMethod method, bool stopFirst)
    {
        string file = Answer.NewFile();
        using var root = new ChildProcess(() => GrowTree(file, method, stopFirst, levels: 3));
        root.Start();
        int[] ids = [.. (await Answer.InAsync(file)).Split(' ').Select(id => int.Parse(id, CultureInfo.InvariantCulture))];
        Assert.Equal(3, ids.Length);
        Assert.All(ids, id => Assert.True(IsThere(id)));
        root.Kill();
        await root.WaitForExitAsync(TestContext.Current.CancellationToken);
        await WaitUntilGoneAsync(ids);
    }

    [Fact]
    public async Task Processes_that_wait_for_a_claim_end_with_their_parent()
    {
        string file = Answer.NewFile();
        using var root = new ChildProcess(() =>
        {
            using var child = new ChildProcess(static () => { });
            child.Start();
            child.Join();
            SpinWait.SpinUntil(() => Multiprocessing.Processes.StandbyPool.Waiting().Count > 0);
            Answer.Write(file, $"{Multiprocessing.Processes.StandbyPool.Waiting()[0]}");
            Thread.CurrentThread.Join();
        });
        root.Start();
        int id = int.Parse(await Answer.InAsync(file), CultureInfo.InvariantCulture);
        Assert.True(IsThere(id));
        root.Kill();
        await root.WaitForExitAsync(TestContext.Current.CancellationToken);
        await WaitUntilGoneAsync([id]);
    }

    [Fact]
    public async Task A_child_ends_with_its_parent_also_if_the_kernel_forgot_to_tell_it()
    {
        string file = Answer.NewFile();
        using var root = new ChildProcess(() =>
        {
            using var child = new ChildProcess(() =>
            {
                // What a change of the user id does.
                Libc.ProcessControl(1, 0, 0, 0, 0);
                Answer.Write(file, $"{Environment.ProcessId}");
                Thread.CurrentThread.Join();
            });
            child.Start();
            child.Join();
        });
        root.Start();
        int id = int.Parse(await Answer.InAsync(file), CultureInfo.InvariantCulture);
        root.Kill();
        await root.WaitForExitAsync(TestContext.Current.CancellationToken);
        await WaitUntilGoneAsync([id]);
    }

    [Fact]
    public async Task At_exit_background_children_are_terminated_and_others_are_waited_for()
    {
        string patient = Answer.NewFile();
        string background = Answer.NewFile();
        using var parent = new ChildProcess(() =>
        {
            var endless = new ChildProcess(() =>
            {
                Answer.Write(background, $"{Environment.ProcessId}");
                Thread.CurrentThread.Join();
            });
            endless.IsBackground = true;
            endless.Start();
            Assert.True(SpinWait.SpinUntil(() => File.Exists(background), TimeSpan.FromSeconds(30)));
            new ChildProcess(() =>
            {
                Thread.CurrentThread.Join(300);
                Answer.Write(patient, "done");
            }).Start();
            return 4;
        });
        parent.Start();
        await parent.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(4, parent.ExitCode);
        Assert.True(File.Exists(patient));
        Assert.Equal("done", await Answer.InAsync(patient));
        await WaitUntilGoneAsync([int.Parse(await Answer.InAsync(background), CultureInfo.InvariantCulture)]);
    }

    [Fact]
    public async Task The_same_holds_for_Environment_Exit()
    {
        string patient = Answer.NewFile();
        using var parent = new ChildProcess(() =>
        {
            new ChildProcess(() =>
            {
                Thread.CurrentThread.Join(300);
                Answer.Write(patient, "done");
            }).Start();
            Environment.Exit(5);
        });
        parent.Start();
        await parent.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(5, parent.ExitCode);
        Assert.Equal("done", await Answer.InAsync(patient));
    }

    [Fact]
    public async Task A_background_child_that_ignores_SIGTERM_is_killed_at_exit()
    {
        string background = Answer.NewFile();
        using var parent = new ChildProcess(() =>
        {
            var deaf = new ChildProcess(() =>
            {
                Libc.SetSignalHandler(Signal.Terminate, 1);
                Answer.Write(background, $"{Environment.ProcessId}");
                Thread.CurrentThread.Join();
            });
            deaf.IsBackground = true;
            deaf.Start();
            Assert.True(SpinWait.SpinUntil(() => File.Exists(background), TimeSpan.FromSeconds(30)));
        });
        parent.Start();
        await parent.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, parent.ExitCode);
        await WaitUntilGoneAsync([int.Parse(await Answer.InAsync(background), CultureInfo.InvariantCulture)]);
    }

    private static void GrowTree(string file, StartMethod method, bool stopFirst, int levels, string ids = "")
    {
        ids = $"{ids} {Environment.ProcessId}".Trim();
        if (levels == 1)
        {
            Answer.Write(file, ids);
            if (stopFirst)
            {
                Libc.Raise(Signal.Stop);
            }
            EndlessNativeWait();
        }
        using var child = new ChildProcess(() => GrowTree(file, method, stopFirst, levels - 1, ids)) { StartMethod = method };
        child.Start();
        child.Join();
    }

    private static unsafe void EndlessNativeWait()
    {
        int word = 0;
        while (true)
        {
            Kernel.WaitWake.Wait(&word, 0, -1);
        }
    }

    private static bool IsThere(int id) => Kernel.Lifetime.StartTimeOf(id) != 0;

    private static async Task WaitUntilGoneAsync(int[] ids)
    {
        while (ids.Any(id => IsThere(id) && !IsZombie(id)))
        {
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }
    }

    // What lost its parent is reaped by whoever took it over, at its leisure.
    private static bool IsZombie(int id)
    {
        try
        {
            string stat = File.ReadAllText($"/proc/{id}/stat");
            return stat[stat.LastIndexOf(')') + 2] == 'Z';
        }
        catch (IOException)
        {
            return true;
        }
    }
}
