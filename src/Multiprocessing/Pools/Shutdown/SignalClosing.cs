using System.Runtime.InteropServices;

namespace Multiprocessing.Pools;

/// <summary>
/// Winds pools down that asked for it when this process is told to end. The runtime asks handlers newest first, and each sees whether one
/// before it has cancelled the signal: so whoever registers one after the pool has the first word, and the pool goes on if it cancels. Then
/// the signal does what it always does. Handlers are registered while there are such pools.
/// </summary>
internal static class SignalClosing
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<Dispatcher, TimeSpan> Pools = [];
    private static readonly List<PosixSignalRegistration> Registrations = [];

    /// <summary>From now on, until the pool has ended.</summary>
    internal static void Add(Dispatcher pool, TimeSpan limit)
    {
        lock (Gate)
        {
            Pools.Add(pool, limit);
            if (Registrations.Count == 0)
            {
                Registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal));
                Registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal));
            }
        }
        _ = pool.Completion.ContinueWith(_ => Remove(pool), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    private static void Remove(Dispatcher pool)
    {
        List<PosixSignalRegistration> unused = [];
        lock (Gate)
        {
            Pools.Remove(pool);
            if (Pools.Count == 0)
            {
                unused.AddRange(Registrations);
                Registrations.Clear();
            }
        }
        unused.ForEach(static registration => registration.Dispose());
    }

    /// <summary>On a thread of the runtime that exists for this signal and may be blocked.</summary>
    private static void OnSignal(PosixSignalContext context)
    {
        if (context.Cancel)
        {
            return;
        }
        KeyValuePair<Dispatcher, TimeSpan>[] pools;
        lock (Gate)
        {
            pools = [.. Pools];
        }
        MultiprocessingLog.PoolsEndBySignal(context.Signal, pools.Length);
        Task.WaitAll([.. pools.Select(static pool => PoolEnd.CloseAsync(pool.Key, pool.Value))]);
    }
}
