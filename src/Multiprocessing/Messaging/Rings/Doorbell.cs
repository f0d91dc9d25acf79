using Multiprocessing.Platform;

namespace Multiprocessing.Messaging.Rings;

/// <summary>
/// The word on which the collector of a process sleeps, in memory that all its workers map. It carries hints only: a worker
/// that scribbles over it can cause useless wake-ups and a late one, but no wrong result.
/// </summary>
internal sealed unsafe class Doorbell : IDisposable
{
    public const int Size = 4096;
    private const int SleepingOffset = 0;
    private const int SpinnersOffset = 64;

    private static readonly int MaxSpinners = Math.Max(1, Environment.ProcessorCount);
    private readonly MemoryMapping _mapping;
    private readonly int* _sleeping;
    private readonly int* _spinners;

    /// <summary>Opens a doorbell; the memory can be given to other processes.</summary>
    public Doorbell(KernelHandle memory)
    {
        Memory = memory;
        _mapping = Kernel.SharedMemory.Map(memory, Size, writable: true);
        _sleeping = (int*)(_mapping.Pointer + SleepingOffset);
        _spinners = (int*)(_mapping.Pointer + SpinnersOffset);
    }

    public KernelHandle Memory { get; }

    public static Doorbell Create() => new(Kernel.SharedMemory.Create(Size, "mp-doorbell"));

    /// <summary>Wakes the collector if it sleeps. The caller has published its news before, with a full fence in between.</summary>
    public void Ring()
    {
        if (Volatile.Read(ref *_sleeping) == 1 && Interlocked.Exchange(ref *_sleeping, 0) == 1)
        {
            Kernel.WaitWake.Wake(_sleeping, 1);
        }
    }

    /// <summary>
    /// Wakes the collector after the death of somebody who could ring: it may have died between its two steps, taking the mark of the
    /// sleeper and waking it, and nobody who finds the mark gone would do the second.
    /// </summary>
    public void RingForTheDead()
    {
        Interlocked.Exchange(ref *_sleeping, 0);
        Kernel.WaitWake.Wake(_sleeping, 1);
    }

    /// <summary>Announces that the collector is about to sleep; it then must look once more before <see cref="Sleep"/>.</summary>
    public void PrepareToSleep() => Interlocked.Exchange(ref *_sleeping, 1);

    /// <summary>Sleeps until the next <see cref="Ring"/>, unless there was one since <see cref="PrepareToSleep"/>.</summary>
    public void Sleep()
    {
        while (Volatile.Read(ref *_sleeping) == 1)
        {
            Kernel.WaitWake.Wait(_sleeping, 1, -1);
        }
    }

    public void CancelSleep() => Volatile.Write(ref *_sleeping, 0);

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
