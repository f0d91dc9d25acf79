using Multiprocessing.Pools;

namespace Multiprocessing.Tests.Pools;

public sealed class MethodDescriptionTests
{
    [Fact]
    public void Methods_lambdas_and_local_functions_are_named_as_people_would()
    {
        var captured = 1;
        Assert.Equal("Math.Sqrt", MethodDescription.Of(Math.Sqrt));
        Assert.Equal("PoolWork.Double", MethodDescription.Of(PoolWork.Double));
        Assert.Equal($"a lambda in {nameof(MethodDescriptionTests)}.{nameof(Methods_lambdas_and_local_functions_are_named_as_people_would)}", MethodDescription.Of(() => 1));
        Assert.Equal($"a lambda in {nameof(MethodDescriptionTests)}.{nameof(Methods_lambdas_and_local_functions_are_named_as_people_would)}", MethodDescription.Of(() => captured));
        Assert.Equal(
            $"{nameof(MethodDescriptionTests)}.{nameof(Methods_lambdas_and_local_functions_are_named_as_people_would)}.{nameof(Local)}",
            MethodDescription.Of(Local));

        static int Local() => 1;
    }

    [Fact]
    public void A_dead_worker_is_described_with_its_last_words()
    {
        var exit = new WorkerExit
        {
            ProcessId = 42,
            ExitCode = -6,
            SignalName = "SIGABRT",
            Reason = "stack overflow",
            LastErrorLines = [.. Enumerable.Range(1, 20).Select(i => $"line {i}")],
        };
        var died = new WorkerDiedException("Type.Method", exit);
        Assert.Equal((42, -6, "SIGABRT", "stack overflow", "Type.Method"), (died.ProcessId, died.ExitCode, died.SignalName, died.Reason, died.TaskDescription));
        Assert.StartsWith("The worker process 42 died (stack overflow) while it ran Type.Method. Its last words:", died.Message, StringComparison.Ordinal);
        Assert.Contains("line 20", died.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("line 15", died.Message, StringComparison.Ordinal);
        Assert.Equal(20, died.LastErrorLines.Count);
        Assert.Equal("The worker process 7 died (exit code 3).", new WorkerExit { ProcessId = 7, ExitCode = 3, Reason = "exit code 3" }.Describe(""));
        Assert.Equal("The worker process 7 died (unknown, exit code 3).", new WorkerExit { ProcessId = 7, ExitCode = 3 }.Describe(""));
    }
}
