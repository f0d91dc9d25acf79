using System.Diagnostics;
using Multiprocessing.Memory;
using Multiprocessing.Messaging.Segments;
using Multiprocessing.Processes;
using Multiprocessing.Tests.Testing.Leaks;

namespace Multiprocessing.Chaos;

/// <summary>What this process and those below it hold at the end and did not hold at the beginning.</summary>
internal sealed class LeakCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly HashSet<Resource> _before;

    private LeakCheck(HashSet<Resource> before) => _before = before;

    /// <summary>After everything has been made that a process gets once and keeps.</summary>
    internal static async Task<LeakCheck> BeginAsync()
    {
        await WarmUp.Once;
        return new LeakCheck([.. Resource.All()]);
    }

    /// <summary>What is being released may take a moment: a leak is what is still there later.</summary>
    internal async Task<IReadOnlyList<string>> FindAsync()
    {
        // Meant to stay: processes that wait for the next start, and segments for the next large request.
        StandbyPool.Drain();
        SegmentPool.Process.Trim();
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            SharedHeap.Trim();
            string[] left = [.. Resource.All().Where(IsLeft).Select(resource => $"{resource.Kind}: {resource.Name}")];
            if (left.Length == 0 || Stopwatch.GetElapsedTime(start) > Patience)
            {
                return left;
            }
            await Task.Delay(20);
        }
    }

    /// <summary>POSIX semaphores are none of ours: a Python program may run beside.</summary>
    private bool IsLeft(Resource resource) =>
        !_before.Contains(resource) && !resource.Name.StartsWith("/dev/shm/sem.", StringComparison.Ordinal);
}
