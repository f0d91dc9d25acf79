using Multiprocessing.Platform;

namespace Multiprocessing.Memory;

/// <summary>
/// The one thread of a process that sleeps on its wake word, for all its asynchronous waiters, and for those of its sleeping threads
/// that must come back because of a death or a cancellation.
/// </summary>
internal sealed unsafe class WakeThread
{
    private const long FirstPause = 20_000;
    private const long LongestPause = 1_000_000;

    private readonly WaitRegistry _registry;
    private readonly int* _word;
    private readonly Thread _thread;
    private volatile bool _stopping;

    public WakeThread(WaitRegistry registry, int* word)
    {
        _registry = registry;
        _word = word;
        _thread = new Thread(Run) { IsBackground = true, Name = "mp-wake" };
        _thread.UnsafeStart();
    }

    /// <summary>Ends the thread and waits for its end.</summary>
    public void Stop()
    {
        _stopping = true;
        Interlocked.Increment(ref *_word);
        Kernel.WaitWake.Wake(_word, 1);
        _thread.Join();
    }

    private void Run()
    {
        long pause = FirstPause;
        while (true)
        {
            // Read before looking for work, and before looking whether to stop: who brings either after the look changes the word,
            // and the sleep does not begin.
            int seen = Volatile.Read(ref *_word);
            if (_stopping)
            {
                return;
            }

            bool again = _registry.Process();
            Kernel.WaitWake.Wait(_word, seen, again ? pause : -1);
            pause = again ? Math.Min(2 * pause, LongestPause) : FirstPause;
        }
    }
}
