using Multiprocessing.Memory;

namespace Multiprocessing.Synchronization;

/// <summary>
/// The 64 bits of a lock's state, which change in one atomic step. Low half, the futex word: owner and two marks. High half: the tag, which
/// tells one ownership from another of the same process. docs/protocol.md, "Locks".
/// </summary>
internal static class LockBits
{
    /// <summary>Somebody sleeps, or is about to: whoever releases wakes.</summary>
    public const uint Waiting = 1u << 31;

    /// <summary>Somebody was passed over too often: whoever comes after him leaves the lock to him.</summary>
    public const uint Reserved = 1u << 30;

    /// <summary>An owner that never lives (generations begin at 1): the lock was left without being released.</summary>
    public const uint Deserted = 1;

    public const int TagShift = 32;

    public const ulong TagMask = 0xFFFF_FFFF_0000_0000;

    public static OwnerId OwnerOf(ulong state) => new((uint)state & OwnerId.Mask);

    public static uint TagOf(ulong state) => (uint)(state >> TagShift);

    public static bool Has(ulong state, uint mark) => ((uint)state & mark) != 0;
}
