using System.ComponentModel;
using System.Globalization;
using Multiprocessing.Platform;
using Multiprocessing.Pools.Processes;
using Multiprocessing.Processes;
using Multiprocessing.Serialization;
using Multiprocessing.Tests.Testing.Leaks;

namespace Multiprocessing.Tests.Processes;

public sealed class StandbyTests
{
    [Fact]
    [Trait("PainPoint", "35")]
    public async Task A_process_that_waits_is_used()
    {
        int waiting = await WaitForOneAsync();
        Assert.Equal($"{waiting}", await Answer.OfAsync(static () => $"{Environment.ProcessId}"));
    }

    [Fact]
    public async Task A_process_that_died_while_it_waited_is_replaced()
    {
        int waiting = await WaitForOneAsync();
        Kill(waiting);
        while (StandbyPool.Waiting().Contains(waiting))
        {
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }
        Assert.NotEqual($"{waiting}", await Answer.OfAsync(static () => $"{Environment.ProcessId}"));
    }

    [Fact]
    public async Task A_child_started_with_other_runtime_settings_gets_a_process_of_its_own()
    {
        int waiting = await WaitForOneAsync();
        string id = await Answer.OfAsync(
            static () => $"{Environment.ProcessId}",
            child => child.Environment = new Dictionary<string, string?> { ["DOTNET_TieredPGO"] = "0" });
        Assert.NotEqual($"{waiting}", id);
        Assert.Contains(waiting, StandbyPool.Waiting());
    }

    [Fact]
    public async Task Drained_processes_are_gone()
    {
        int waiting = await WaitForOneAsync();
        StandbyPool.Drain();
        Assert.Empty(StandbyPool.Waiting());
        Assert.False(Directory.Exists($"/proc/{waiting}"));
        Assert.Equal("again", await Answer.OfAsync(static () => "again"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_process_waits_when_it_has_rehearsed_and_one_that_is_needed_earlier_is_used_then(bool isNeededEarlier)
    {
        StandbyPool.Drain();
        (string began, string go) = (Answer.NewFile(), Answer.NewFile());
        StartedProcess first = Start(
            static () => { },
            () =>
            {
                Answer.Write(began, $"{Environment.ProcessId}");
                SpinWait.SpinUntil(() => File.Exists(go));
            });
        Assert.Equal(0, (await first.Ended).Code);
        int rehearsing = int.Parse(await Answer.InAsync(began), CultureInfo.InvariantCulture);
        Assert.DoesNotContain(rehearsing, StandbyPool.Waiting());
        Task<string>? user = isNeededEarlier ? Answer.OfAsync(static () => $"{Environment.ProcessId}") : null;
        Assert.NotEqual(true, user?.IsCompleted);
        await File.WriteAllTextAsync(go, "", TestContext.Current.CancellationToken);
        if (user is not null)
        {
            Assert.Equal($"{rehearsing}", await user);
        }
        while (user is null && !StandbyPool.Waiting().Contains(rehearsing))
        {
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }
        File.Delete(go);
    }

    [Fact]
    public async Task One_that_was_taken_and_killed_before_it_was_ready_keeps_nobody_from_waiting()
    {
        StandbyPool.Drain();
        string began = Answer.NewFile();
        using var first = new ChildProcess(() =>
        {
            Answer.Write(began, "");
            Thread.CurrentThread.Join();
        });
        first.Start();
        await Answer.InAsync(began);
        await Task.Delay(20, TestContext.Current.CancellationToken); // A little later the next one is started.
        using (var taker = new ChildProcess(static () => Thread.CurrentThread.Join()))
        {
            taker.Start();
            Assert.Equal(0, Multiprocessing.Platform.Linux.Libc.Kill(taker.Id!.Value, Signal.Stop)); // So that it does not become ready.
            await Task.Delay(100, TestContext.Current.CancellationToken); // The time after which another one would be started.
            taker.Kill();
            await taker.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
        while (StandbyPool.Waiting().Count == 0)
        {
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }
        first.Kill();
        await first.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task What_is_rehearsed_is_made_for_its_role_however_many_starts_there_are_at_once()
    {
        StandbyPool pool = StandbyPool.For(LaunchOptions.Default, SurroundingsSnapshot.Take(null));
        StartRequest child = Request(TargetRole.RoleName, static () => TargetRole.CreateRehearsal(PayloadOf(static () => { })));
        StartRequest worker = Request(typeof(PoolWorkerRole).FullName!, static () => []);
        for (int round = 0; round < 10; round++)
        {
            StandbyPool.Drain();
            StartedProcess? taken;
            while ((taken = pool.TryTake(child) ?? pool.TryTake(worker)) is null)
            {
                pool.RefillSoon();
            }
            var outcome = new TaskCompletionSource<string?>();
            taken.OnRehearsed(() => outcome.TrySetResult("rehearsed"));
            taken.OnEnded(_ => outcome.TrySetResult(taken.StartFailure));
            Assert.Equal("rehearsed", await outcome.Task);
            taken.Signal(Signal.Kill);
            await taken.Ended;
        }

        static StartRequest Request(string role, Func<byte[]> rehearsal) => new()
        {
            Method = StartMethod.Standby,
            Claim = new Claim { Role = role, Name = "", ParentName = "" },
            Rehearsal = rehearsal,
        };
    }

    [Fact]
    public async Task A_target_that_names_more_types_than_a_message_holds_is_rehearsed_all_the_same()
    {
        StandbyPool.Drain();
        Type[] types = [.. new[] { typeof(object), typeof(Uri), typeof(System.Xml.XmlReader) }
            .SelectMany(static known => known.Assembly.GetExportedTypes()).Where(static type => !type.ContainsGenericParameters)];
        ReadOnlySpan<byte> definitions = SelfContainedPayload.DefinitionsOf(SelfContainedPayload.Serialize(types));
        Assert.InRange(definitions.Length, ControlProtocol.LargestMessage, int.MaxValue);
        for (int round = 0; round < 3; round++)
        {
            Assert.Equal($"{types.Length}", await Answer.OfAsync(() => $"{types.Length}"));
            while (StandbyPool.Waiting().Count == 0)
            {
                await Task.Delay(1, TestContext.Current.CancellationToken);
            }
        }
    }

    [Theory]
    [InlineData(StartMethod.Spawn)]
    [InlineData(StartMethod.Standby)]
    public async Task A_start_whose_claim_cannot_be_sent_leaves_no_process(StartMethod method)
    {
        StandbyPool.Drain();
        Resource[] before = [.. ProcessResources.Find()];
        await WaitForOneAsync();
        using var output = new KernelHandle(-1);
        Assert.Throws<Win32Exception>(() => ProcessStarter.Start(new StartRequest
        {
            Method = method,
            Claim = new Claim { Role = TargetRole.RoleName, Name = "", ParentName = "" },
            Output = output,
        }));
        StandbyPool.Drain();
        while (ProcessResources.Find().Except(before).Any())
        {
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Starts a process, and one that waits after it.</summary>
    private static StartedProcess Start(Action target, Action rehearsal) => ProcessStarter.Start(new StartRequest
    {
        Method = StartMethod.Standby,
        Claim = new Claim { Role = TargetRole.RoleName, Name = "first", ParentName = "", Payload = PayloadOf(target) },
        Rehearsal = () =>
        {
            var writer = new ControlWriter();
            writer.WriteBytes(SelfContainedPayload.DefinitionsOf(PayloadOf(target)));
            writer.WriteBytes(PayloadOf(rehearsal));
            return writer.Written.ToArray();
        },
    });

    private static byte[] PayloadOf(Action target) => SelfContainedPayload.Serialize<ChildTarget>(new PlainTarget(target));

    private static async Task<int> WaitForOneAsync()
    {
        StandbyPool.Drain(); // Other tests' processes may wait with other settings.
        await Answer.OfAsync(static () => "");
        List<int> waiting;
        while ((waiting = StandbyPool.Waiting()).Count == 0)
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
        return waiting[^1];
    }

    private static void Kill(int id) => Assert.Equal(0, Multiprocessing.Platform.Linux.Libc.Kill(id, Signal.Kill));
}
