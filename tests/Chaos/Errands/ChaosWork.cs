using System.Diagnostics;
using Multiprocessing.Tests.Pools.Processes;

namespace Multiprocessing.Chaos;

/// <summary>What workers do.</summary>
internal static class ChaosWork
{
    /// <summary>The ledger as this process sees it; the pools' initializer sets it.</summary>
    internal static SharedArray<int>? Cells { get; set; }

    internal static long Do(Item item)
    {
        Begin(item);
        Spin(item.Microseconds, CancellationToken.None);
        return Finish(item);
    }

    internal static async Task<long> DoAsync(Item item)
    {
        Begin(item);
        await Task.Yield();
        Spin(item.Microseconds, CancellationToken.None);
        await Task.Delay(1);
        return Finish(item);
    }

    /// <summary>Gives way to its token.</summary>
    internal static long DoWithToken(Item item, CancellationToken token)
    {
        Begin(item);
        Spin(item.Microseconds, token);
        return Finish(item);
    }

    internal static async Task<long> DoWithTokenAsync(Item item, CancellationToken token)
    {
        Begin(item);
        await Task.Delay(item.Microseconds / 1000, token);
        return Finish(item);
    }

    /// <summary>Takes a token and does not look at it.</summary>
    internal static long IgnoreToken(Item item, CancellationToken token)
    {
        Begin(item);
        Spin(item.Microseconds, CancellationToken.None);
        return token.CanBeCanceled ? Finish(item) : 0;
    }

    internal static byte[] Echo((Item Item, byte[] Bytes) pair)
    {
        Begin(pair.Item);
        Spin(pair.Item.Microseconds, CancellationToken.None);
        Array.Reverse(pair.Bytes);
        return pair.Bytes;
    }

    /// <summary>Adds one to every element of its own part and to a number that all share.</summary>
    internal static long Share((Item Item, SharedArray<int> Part, SharedValue<long> Sum) work)
    {
        Begin(work.Item);
        foreach (ref var element in work.Part.Span)
        {
            element++;
        }
        work.Sum.Add(work.Part.Length);
        return Finish(work.Item);
    }

    private static void Begin(Item item) => Interlocked.Increment(ref Cells![item.Cell]);

    private static long Finish(Item item)
    {
        switch (item.Deed)
        {
            case Deed.Compute:
                break;
            case Deed.Throw:
                throw new InvalidDataException(item.Complaint);
            case Deed.SegmentationFault:
                Native.StringLength(1);
                break;
            case Deed.Abort:
                Native.Abort();
                break;
            case Deed.Exit:
                Environment.Exit(item.Number % 3);
                break;
            case Deed.KillItself:
                _ = Native.Kill(Environment.ProcessId, 9);
                break;
            case Deed.FailFast:
                Environment.FailFast("");
                break;
            case Deed.KillItselfAtFirst:
                if (PoolWorker.Current!.Attempt == 1)
                {
                    _ = Native.Kill(Environment.ProcessId, 9);
                }
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(item), item.Deed, null);
        }
        return item.Answer;
    }

    internal static void Spin(int microseconds, CancellationToken token)
    {
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start).TotalMicroseconds < microseconds)
        {
            token.ThrowIfCancellationRequested();
        }
    }
}
