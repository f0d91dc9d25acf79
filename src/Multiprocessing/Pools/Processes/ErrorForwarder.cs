using System.Collections.Concurrent;

namespace Multiprocessing.Pools.Processes;

/// <summary>
/// Writes what workers print to their standard error to this process's own, line by line, on a thread of its own: whoever reads our
/// standard error slowly, or not at all, blocks neither a worker nor the event loop. What does not fit in the queue is counted and dropped.
/// </summary>
internal static class ErrorForwarder
{
    private const int QueueLength = 4096;
    private static readonly BlockingCollection<string> Lines = new(QueueLength);
    private static readonly Lazy<Thread> Writer = new(Start);
    private static int Dropped;

    public static void Write(string line)
    {
        _ = Writer.Value;
        if (!Lines.TryAdd(line))
        {
            Interlocked.Increment(ref Dropped);
        }
    }

    private static Thread Start()
    {
        var thread = new Thread(Run) { IsBackground = true, Name = "mp-stderr" };
        thread.UnsafeStart();
        return thread;
    }

    private static void Run()
    {
        foreach (string line in Lines.GetConsumingEnumerable())
        {
            try
            {
                Console.Error.WriteLine(line);
                int dropped = Interlocked.Exchange(ref Dropped, 0);
                if (dropped > 0)
                {
                    Console.Error.WriteLine($"[{dropped} more lines of workers were dropped]");
                }
            }
            catch (IOException)
            {
                // Our standard error is closed: there is nobody left to tell, and the workers go on.
                Interlocked.Increment(ref Dropped);
            }
        }
    }
}
