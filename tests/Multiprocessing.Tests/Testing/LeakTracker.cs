using System.Diagnostics;
using System.Text;
using Multiprocessing.Memory;
using Multiprocessing.Messaging.Segments;
using Multiprocessing.Processes;
using Multiprocessing.Tests.Testing.Leaks;

namespace Multiprocessing.Tests.Testing;

/// <summary>
/// Compares what this process and those below it hold before and after a test class, and fails the class naming what was left:
/// processes, threads, descriptors, mappings, named shared memory, abstract sockets, temporary files, control groups.
/// </summary>
/// <remarks>What is being released may take a moment (a reaped child, a thread that ends); a leak is what is still there later.</remarks>
public sealed class LeakTracker : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);

    private readonly TimeSpan _patience;
    private HashSet<Resource> _before = [];

    public LeakTracker() : this(Patience)
    {
    }

    internal LeakTracker(TimeSpan patience) => _patience = patience;

    public async ValueTask InitializeAsync()
    {
        await WarmUp.Once;
        _before = [.. Resource.All()];
    }

    public async ValueTask DisposeAsync()
    {
        // Processes that wait for the next start, and segments for the next large request, are meant to stay.
        StandbyPool.Drain();
        SegmentPool.Process.Trim();

        long start = Stopwatch.GetTimestamp();
        List<Resource> left;
        while ((left = FindLeft()).Count > 0)
        {
            if (Stopwatch.GetElapsedTime(start) > _patience)
            {
                throw new LeakException(Describe(left));
            }

            // Shared objects go when the garbage collector finds that nobody is inside; the last test may still be on some stack.
            GC.Collect();
            GC.WaitForPendingFinalizers();
            SharedHeap.Trim();
            await Task.Delay(Interval);
        }
    }

    private List<Resource> FindLeft()
    {
        var left = new List<Resource>();
        foreach (Resource resource in Resource.All())
        {
            if (!_before.Contains(resource))
            {
                left.Add(resource);
            }
        }
        return left;
    }

    private static string Describe(List<Resource> left)
    {
        var text = new StringBuilder("Left behind:");
        foreach (Resource resource in left)
        {
            text.AppendLine().Append("  ").Append(resource.Kind).Append(": ").Append(resource.Name);
        }
        return text.ToString();
    }
}

/// <summary>Names what a test class left behind.</summary>
public sealed class LeakException(string message) : Exception(message);
