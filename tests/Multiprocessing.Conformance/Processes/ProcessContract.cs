using System.Runtime.CompilerServices;

namespace Multiprocessing.Conformance.Processes;

public sealed class SpawnProcessTests() : ProcessContract(StartMethod.Spawn);

public sealed class StandbyProcessTests() : ProcessContract(StartMethod.Standby);

public abstract class ProcessContract(StartMethod method) : StartedProcesses(method)
{
    [Fact]
    public async Task Arguments_of_every_kind_arrive_as_they_were()
    {
        using var answers = new ProcessQueue<(int, string, List<int>, (int, string))>();
        var sent = (7, "text", new List<int> { 1, 2, 3 }, (4, "five"));
        using ChildProcess child = New(static argument => argument.answers.Put(argument.sent), (answers, sent));
        child.Start();
        (int number, string text, List<int> list, (int, string) pair) = await answers.GetAsync(TestEnd);
        Assert.Equal((sent.Item1, sent.Item2, sent.Item4), (number, text, pair));
        Assert.Equal(sent.Item3, list);
        Assert.NotSame(sent.Item3, list);
        Assert.Equal(0, await EndAsync(child));
    }

    [Fact]
    public async Task A_child_is_listed_from_its_start_to_its_end()
    {
        using var answers = new ProcessQueue<(int Id, string Name, int Parent)>();
        using var end = new ProcessEvent();
        using ChildProcess child = New(
            static shared =>
            {
                shared.answers.Put((Environment.ProcessId, ProcessInfo.Current.Name, ProcessInfo.Parent!.Id));
                shared.end.Wait();
            },
            (answers, end));
        child.Name = "listed";
        Assert.Equal((false, null, null), (child.IsAlive, child.Id, child.ExitCode));
        Assert.DoesNotContain(child, ChildProcess.ActiveChildren);
        child.Start();
        Assert.Equal((true, null), (child.IsAlive, child.ExitCode));
        Assert.Contains(child, ChildProcess.ActiveChildren);
        Assert.Equal((child.Id!.Value, "listed", Environment.ProcessId), await answers.GetAsync(TestEnd));
        Assert.False(child.Join(TimeSpan.Zero, TestEnd));
        end.Set();
        Assert.Equal(0, await EndAsync(child));
        Assert.False(child.IsAlive);
        Assert.DoesNotContain(child, ChildProcess.ActiveChildren);
    }

    [Fact]
    public async Task Children_of_children_report_in_the_order_of_their_starting()
    {
        using var reports = new ProcessQueue<string>();
        using ChildProcess child = New(Report, (reports, Method, "0"));
        child.Start();
        Assert.Equal(0, await EndAsync(child));
        reports.Complete();
        Assert.Equal(["0", "00", "000", "001", "01", "010", "011"], reports.GetAll(TestEnd));
    }

    [Fact]
    public async Task The_parent_forgets_the_target_when_the_child_has_started()
    {
        (ChildProcess child, WeakReference captured) = StartWithCaptured();
        using (child)
        {
            Assert.Equal(0, await EndAsync(child));
            GC.Collect();
            GC.WaitForPendingFinalizers();
            GC.Collect();
            Assert.False(captured.IsAlive);
        }
    }

    [Fact]
    public async Task An_output_that_cannot_be_flushed_does_not_change_the_exit_code()
    {
        using ChildProcess broken = New(static () => Console.SetOut(new BrokenWriter()));
        broken.Start();
        Assert.Equal(0, await EndAsync(broken));
        using ChildProcess closed = New(static () =>
        {
            Console.Out.Write("never seen");
            Console.OpenStandardOutput().Dispose();
            Console.SetError(TextWriter.Null);
        });
        closed.Start();
        Assert.Equal(0, await EndAsync(closed));
    }

    [Fact]
    public async Task A_child_serves_requests_until_it_is_told_to_end()
    {
        (Connection mine, Connection its) = Connection.CreatePipe();
        using (mine)
        {
            using ChildProcess child = New(
                static end =>
                {
                    while (end.Receive<string?>() is { } request)
                    {
                        end.Send(request.ToUpperInvariant());
                    }

                    end.Send("over");
                },
                its);
            child.Start();
            its.Dispose();
            foreach (string request in (string[])["hello", "", "world"])
            {
                mine.Send(request, TestEnd);
                Assert.Equal(request.ToUpperInvariant(), mine.Receive<string>(TestEnd));
            }

            mine.Send<string?>(null, TestEnd);
            Assert.Equal("over", mine.Receive<string>(TestEnd));
            Assert.Equal(0, await EndAsync(child));
        }
    }

    [Fact]
    public async Task A_pool_and_a_queue_work_inside_of_a_child()
    {
        using var results = new ProcessQueue<int>();
        using ChildProcess child = New(
            static shared =>
            {
                using var pool = new ProcessPool(new ProcessPoolOptions { Workers = 2, Context = MultiprocessingContext.Get(shared.Method) });
                using var inner = new ProcessQueue<int>();
                pool.Map(static x => { x.inner.Put(x.i * x.i); return x.i; }, new[] { 1, 2, 3 }.Select(i => (inner, i)));
                inner.Complete();
                shared.results.Put(inner.GetAll().Sum());
            },
            (results, Method));
        child.Start();
        Assert.Equal(14, await results.GetAsync(TestEnd));
        Assert.Equal(0, await EndAsync(child));
    }

    private static void Report((ProcessQueue<string> Reports, StartMethod Method, string Path) node)
    {
        node.Reports.Put(node.Path);
        for (int i = 0; i < 2 && node.Path.Length < 3; i++)
        {
            using ChildProcess child = ChildProcess.Create(Report, node with { Path = $"{node.Path}{i}" });
            child.StartMethod = node.Method;
            child.Start();
            child.Join();
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private (ChildProcess Child, WeakReference Captured) StartWithCaptured()
    {
        byte[] captured = new byte[100];
        ChildProcess child = New(() => GC.KeepAlive(captured));
        child.Start();
        return (child, new WeakReference(captured));
    }

    private sealed class BrokenWriter : StringWriter
    {
        public override void Flush() => throw new IOException("The other end is gone.");
    }
}
