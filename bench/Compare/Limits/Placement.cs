using System.Runtime.InteropServices;

namespace Compare.Limits;

/// <summary>Binds the calling thread to one processor until it is disposed of, on the same thread. Processes started meanwhile inherit it.</summary>
internal sealed unsafe partial class Placement : IDisposable
{
    /// <summary>Where the caller of a pinned measurement runs, and where whoever answers it.</summary>
    internal const int Near = 0;

    /// <inheritdoc cref="Near"/>
    internal const int Far = 1;

    private const int MaskSize = 128;
    private const int ThisThread = 0;
    private readonly byte[] _before = new byte[MaskSize];

    private Placement(int processor)
    {
        fixed (byte* mask = _before)
        {
            if (GetAffinity(ThisThread, MaskSize, mask) < 0)
            {
                throw new InvalidOperationException("The system does not tell the processors of a thread.");
            }
        }
        var one = new byte[MaskSize];
        one[processor / 8] = (byte)(1 << (processor % 8));
        Set(one);
    }

    /// <summary>Whether there are processors enough.</summary>
    internal static bool IsPossible => Environment.ProcessorCount > Far;

    internal static Placement? At(int processor, bool pinned) => pinned ? new Placement(processor) : null;

    public void Dispose() => Set(_before);

    private static void Set(byte[] mask)
    {
        fixed (byte* bits = mask)
        {
            if (SetAffinity(ThisThread, MaskSize, bits) < 0)
            {
                throw new InvalidOperationException("The thread cannot be bound to a processor.");
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "sched_getaffinity")]
    private static partial int GetAffinity(int thread, nint size, byte* mask);

    [LibraryImport("libc", EntryPoint = "sched_setaffinity")]
    private static partial int SetAffinity(int thread, nint size, byte* mask);
}
