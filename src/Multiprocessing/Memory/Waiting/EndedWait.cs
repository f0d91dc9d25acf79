namespace Multiprocessing.Memory;

/// <summary>An asynchronous wait that was taken out of its group and is to be completed.</summary>
/// <param name="Waiter">The wait.</param>
/// <param name="Outcome">What to tell its caller.</param>
/// <param name="PassOn">How many others to wake in place of this process, before the caller can unmap the memory.</param>
internal readonly record struct EndedWait(AsyncWaiter Waiter, WaitOutcome Outcome, int PassOn);
