namespace Multiprocessing.Conformance.Processes;

/// <summary>What is expected of child processes however they are started: derive a class for each start method.</summary>
public abstract class StartedProcesses(StartMethod method)
{
    private protected static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    private protected StartMethod Method => method;

    private protected ChildProcess New(Action target) => new(target) { StartMethod = method };

    private protected ChildProcess New<T>(Action<T> target, T argument)
    {
        ChildProcess child = ChildProcess.Create(target, argument);
        child.StartMethod = method;
        return child;
    }

    private protected static async Task<int?> EndAsync(ChildProcess child)
    {
        await child.WaitForExitAsync(TestEnd);
        return child.ExitCode;
    }
}
