namespace Multiprocessing.Pools;

/// <summary>The lines of all workers of one pool on their way to whoever wants them. Bounded; what does not fit is counted.</summary>
internal sealed class OutputLines(Action<WorkerOutputLine> receive)
{
    private const int Most = 4096;
    private readonly ReportPump _pump = new();
    private int _waiting;
    private int _dropped;

    internal Task IsQuiet => _pump.IsQuiet;

    /// <summary>On the event loop's thread; never waits.</summary>
    internal void Add(int workerId, int processId, string text)
    {
        if (Volatile.Read(ref _waiting) >= Most)
        {
            _dropped++;
            return;
        }
        Interlocked.Increment(ref _waiting);
        _pump.Add(new Line(this, new WorkerOutputLine(workerId, processId, text, _dropped)));
        _dropped = 0;
    }

    private sealed class Line(OutputLines lines, WorkerOutputLine line) : Report
    {
        internal override void Deliver()
        {
            try
            {
                lines.Receive(line);
            }
            catch (Exception exception)
            {
                // User code that nobody called: there is no caller to tell.
                MultiprocessingLog.OutputFailed(exception);
            }
            Interlocked.Decrement(ref lines._waiting);
        }
    }

    private void Receive(WorkerOutputLine line) => receive(line);
}
