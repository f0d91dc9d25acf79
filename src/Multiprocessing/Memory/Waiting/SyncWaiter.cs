namespace Multiprocessing.Memory;

/// <summary>A thread that sleeps on a word. All fields belong to the registry's lock.</summary>
internal sealed unsafe class SyncWaiter
{
    [ThreadStatic]
    private static SyncWaiter? Own;

    /// <summary>The calling thread's: it cannot sleep twice at a time.</summary>
    public static SyncWaiter OfThisThread => Own ??= new SyncWaiter();

    /// <summary>Where it is listed while it waits.</summary>
    public SleepingThreads? List { get; set; }

    public int* Word { get; set; }

    public uint Epoch { get; set; }

    /// <summary>Why it shall come back although nobody woke it; <see cref="WaitOutcome.Woken"/>: it shall not.</summary>
    public WaitOutcome Kick { get; set; }

    public SyncWaiter? Previous { get; set; }

    public SyncWaiter? Next { get; set; }
}
