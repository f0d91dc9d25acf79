using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Multiprocessing.Conformance.Processes;

public sealed class SpawnSignalTests() : SignalContract(StartMethod.Spawn);

public sealed class StandbySignalTests() : SignalContract(StartMethod.Standby);

/// <summary>Whoever waits in a system call is not disturbed by signals that the program handles.</summary>
public abstract class SignalContract(StartMethod method) : StartedProcesses(method)
{
    private const int Signals = 20;

    [Fact]
    public async Task Who_joins_a_child_is_not_disturbed_by_signals()
    {
        using var end = new ProcessEvent();
        await IsNotDisturbedAsync(
            static shared =>
            {
                using var child = ChildProcess.Create(static (ProcessEvent end) => end.Wait(), shared.End);
                child.Start();
                shared.Ready.Set();
                child.Join();
                return child.ExitCode == 0;
            },
            end,
            end.Set);
    }

    [Fact]
    public async Task Who_sends_and_receives_is_not_disturbed_by_signals()
    {
        (Connection mine, Connection its) = Connection.CreatePipe();
        using (mine)
        using (its)
        {
            await IsNotDisturbedAsync(
                static shared =>
                {
                    shared.Ready.Set();
                    shared.End.SendBytes(new byte[5_000_000]);
                    return shared.End.Receive<string>() == "end";
                },
                its,
                () =>
                {
                    Assert.Equal(5_000_000, mine.ReceiveBytes(TestEnd).Length);
                    mine.Send("end", TestEnd);
                });
        }
    }

    [Fact]
    public async Task Who_accepts_is_not_disturbed_by_signals()
    {
        using var address = new ProcessQueue<string>();
        await IsNotDisturbedAsync(
            static shared =>
            {
                using var listener = new ConnectionListener();
                shared.End.Put(listener.Address.ToString()!);
                shared.Ready.Set();
                using Connection accepted = listener.Accept();
                return accepted.ReceiveBytes().Length == 3;
            },
            address,
            () =>
            {
                string name = address.Get(TestEnd).Replace('@', '\0');
                using Connection client = Connection.Connect(new System.Net.Sockets.UnixDomainSocketEndPoint(name));
                client.SendBytes([1, 2, 3], TestEnd);
            });
    }

    private async Task IsNotDisturbedAsync<T>(Func<(T End, ProcessEvent Ready), bool> wait, T shared, Action end)
    {
        using var ready = new ProcessEvent();
        using var seen = new SharedValue<int>();
        using var passed = new SharedValue<int>();
        using ChildProcess child = New(
            static all =>
            {
                using var handler = PosixSignalRegistration.Create(
                    PosixSignal.SIGHUP,
                    signal =>
                    {
                        signal.Cancel = true;
                        all.seen.Increment();
                    });
                all.passed.Value = all.wait((all.shared, all.ready)) ? 1 : 0;
            },
            (wait, shared, ready, seen, passed));
        child.Start();
        Assert.True(ready.Wait(TimeSpan.FromSeconds(30), TestEnd));
        for (int i = 0; i < Signals; i++)
        {
            int before = seen.Value;
            using Process kill = Process.Start("/bin/kill", ["-HUP", $"{child.Id}"]);
            await kill.WaitForExitAsync(TestEnd);
            Assert.True(SpinWait.SpinUntil(() => seen.Value > before, TimeSpan.FromSeconds(30)));
        }

        Assert.True(child.IsAlive);
        end();
        Assert.Equal(0, await EndAsync(child));
        Assert.Equal(1, passed.Value);
    }
}
