using Multiprocessing.Platform;

namespace Multiprocessing.Messaging.Rings;

/// <summary>
/// The word on which the collector of a process sleeps, in memory that all its workers map. It carries hints only: a worker
/// that scribbles over it can cause useless wake-ups and a late one, but no wrong result.
/// </summary>
internal sealed unsafe class Doorbell : IDisposable
{
    public const int Size = 4096;
    private const int SleepOffset = 0;
    private const int SpinnersOffset = 64;
    private const uint Awake = 0;
    private const uint Rung = 1;
    private const uint FirstSleep = 2;

    private static readonly int MaxSpinners = Math.Max(1, Environment.ProcessorCount);
    private readonly MemoryMapping _mapping;
    private readonly uint* _sleep;
    private readonly int* _spinners;

    /// <summary>The collector's: the number of its last sleep, even and never 0.</summary>
    private uint _number;

    /// <summary>The last sleep that a thread of this process has rung in, and has seen to it that the collector wakes.</summary>
    private volatile uint _lastRung;

    /// <summary>Opens a doorbell; the memory can be given to other processes.</summary>
    public Doorbell(KernelHandle memory)
    {
        Memory = memory;
        _mapping = Kernel.SharedMemory.Map(memory, Size, writable: true);
        _sleep = (uint*)(_mapping.Pointer + SleepOffset);
        _spinners = (int*)(_mapping.Pointer + SpinnersOffset);
    }

    public KernelHandle Memory { get; }

    public static Doorbell Create() => new(Kernel.SharedMemory.Create(Size, "mp-doorbell"));

    /// <summary>
    /// Wakes the collector if it sleeps. The caller has published its news before, with a full fence in between. Whoever finds that another
    /// process has rung wakes it all the same, once per sleep: that one may have died, or been stopped, before it could.
    /// </summary>
    public void Ring()
    {
        uint sleep = Volatile.Read(ref *_sleep);
        if (sleep == Awake || (sleep | Rung) == _lastRung)
        {
            return;
        }

        while (sleep != Awake && (sleep & Rung) == 0)
        {
            Interlocked.CompareExchange(ref *_sleep, sleep | Rung, sleep);
            sleep = Volatile.Read(ref *_sleep);
        }

        if (sleep != Awake)
        {
            Kernel.WaitWake.Wake((int*)_sleep, 1);
            _lastRung = sleep;
        }
    }

    /// <summary>Announces that the collector is about to sleep; it then must look once more before <see cref="Sleep"/>.</summary>
    public void PrepareToSleep()
    {
        _number = _number >= uint.MaxValue - Rung ? FirstSleep : _number + FirstSleep;
        Interlocked.Exchange(ref *_sleep, _number);
    }

    /// <summary>Sleeps until the next <see cref="Ring"/>, unless there was one since <see cref="PrepareToSleep"/>.</summary>
    public void Sleep()
    {
        while (Volatile.Read(ref *_sleep) == _number)
        {
            Kernel.WaitWake.Wait((int*)_sleep, (int)_number, -1);
        }

        Volatile.Write(ref *_sleep, Awake);
    }

    public void CancelSleep() => Volatile.Write(ref *_sleep, Awake);

    /// <summary>Asks to be one of the spinners, of which the processes together have never more than cores.</summary>
    public bool TryBeginSpin()
    {
        if (Volatile.Read(ref *_spinners) >= MaxSpinners)
        {
            return false;
        }

        Interlocked.Increment(ref *_spinners);
        return true;
    }

    public void EndSpin() => Interlocked.Decrement(ref *_spinners);

    public void Dispose()
    {
        _mapping.Dispose();
        Memory.Dispose();
    }
}
