using System.ComponentModel;
using Multiprocessing.Platform;

namespace Multiprocessing.Processes;

/// <summary>What somebody asks the kernel's scheduler for, for processes to come. Checked as far as that can be told before they start.</summary>
internal static class SchedulingWish
{
    /// <exception cref="ArgumentOutOfRangeException">No process can have this nice value.</exception>
    public static int? InRange(int? niceness)
    {
        if (niceness is { } number)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(number, Scheduling.LowestNiceness, nameof(niceness));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(number, Scheduling.HighestNiceness, nameof(niceness));
        }
        return niceness;
    }

    /// <exception cref="Win32Exception">This process lacks the privilege.</exception>
    public static int? Allowed(int? niceness) => niceness is not { } number || Kernel.Scheduling.CanHaveNiceness(number)
        ? niceness
        : throw new Win32Exception(
            $"This process has no privilege to give another the nice value {number}; without one it can only be raised from {Kernel.Scheduling.Niceness}.");

    /// <exception cref="ArgumentException">One of the processors does not exist, or this process may not use it.</exception>
    public static byte[] Usable(ReadOnlySpan<int> processors)
    {
        byte[] mask = ProcessorMask.Of(processors);
        int[] missing = [.. ProcessorMask.ToNumbers(mask).Except(ProcessorMask.ToNumbers(Kernel.Scheduling.FindUsable(mask)))];
        return missing.Length == 0
            ? mask
            : throw new ArgumentException(
                $"There is no processor {string.Join(", ", missing)}, or this process may not use it. "
                + $"This process runs on {string.Join(", ", ProcessorMask.ToNumbers(Kernel.Scheduling.Affinity))}.");
    }
}
