namespace Multiprocessing.Tests.Synchronization.Linearizability;

public enum LockStep
{
    Acquired,
    NotAcquired,
    Released,
    SeenLocked,
    SeenFree,
}

/// <summary>Random uses of a lock, recorded, and what a lock may answer.</summary>
internal static class LockHistories
{
    /// <summary>The state is the actor that owns the lock, or -1.</summary>
    public static History<int, LockStep> Model { get; } = new(-1, static (owner, actor, step) => step switch
    {
        LockStep.Acquired => owner == -1 ? actor : null,
        LockStep.NotAcquired or LockStep.SeenLocked => owner != -1 ? owner : null,
        LockStep.Released => owner == actor ? -1 : null,
        _ => owner == -1 ? owner : null,
    });

    public static List<Recorded<LockStep>> Use(ProcessLock mutex, int actor, int seed, int steps)
    {
        var random = new Random(seed);
        List<Recorded<LockStep>> history = [];
        bool mine = false;
        while (history.Count < steps || mine)
        {
            int kind = random.Next(mine ? 2 : 5);
            Recorded<LockStep> done = mine && kind == 0 ? Recorder.Do(actor, () => Release(mutex))
                : kind == 1 ? Recorder.Do(actor, () => mutex.IsLocked ? LockStep.SeenLocked : LockStep.SeenFree)
                : mine ? Recorder.Do(actor, () => Release(mutex))
                : kind == 0 ? Recorder.Do(actor, () => StepOf(mutex.TryAcquire()))
                : kind == 2 ? Recorder.Do(actor, () => StepOf(mutex.TryAcquire(TimeSpan.FromMicroseconds(random.Next(300)))))
                : kind == 3 ? Recorder.Await(actor, async () => StepOf(await mutex.AcquireAsync()))
                : Recorder.Do(actor, () => StepOf(mutex.Acquire()));
            mine = done.What == LockStep.Acquired || (mine && done.What != LockStep.Released);
            history.Add(done);
        }

        return history;
    }

    private static LockStep Release(ProcessLock mutex)
    {
        mutex.Release();
        return LockStep.Released;
    }

    private static LockStep StepOf(AcquireResult result) => result switch
    {
        AcquireResult.Acquired => LockStep.Acquired,
        AcquireResult.TimedOut => LockStep.NotAcquired,
        _ => throw new InvalidOperationException("Nobody died."),
    };
}
