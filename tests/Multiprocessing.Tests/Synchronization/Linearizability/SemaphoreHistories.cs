namespace Multiprocessing.Tests.Synchronization.Linearizability;

public enum SemaphoreStep
{
    Taken,
    NotTaken,
    Released,
    Full,
    Counted,
}

/// <summary>Random uses of a semaphore, recorded, and what a semaphore may answer.</summary>
internal static class SemaphoreHistories
{
    public const int Initial = 2;
    public const int Maximum = 3;

    /// <summary>The state is the number of free permits.</summary>
    public static History<int, (SemaphoreStep Step, int Count, int Before)> Model { get; } = new(Initial, static (free, _, what) => what.Step switch
    {
        SemaphoreStep.Taken => free > 0 ? free - 1 : null,
        SemaphoreStep.NotTaken => free == 0 ? free : null,
        SemaphoreStep.Released => free == what.Before && free + what.Count <= Maximum ? free + what.Count : null,
        SemaphoreStep.Full => free + what.Count > Maximum ? free : null,
        _ => free == what.Count ? free : null,
    });

    public static List<Recorded<(SemaphoreStep Step, int Count, int Before)>> Use(ProcessSemaphore semaphore, int actor, int seed, int steps)
    {
        var random = new Random(seed);
        List<Recorded<(SemaphoreStep, int, int)>> history = [];
        for (int i = 0; i < steps; i++)
        {
            int count = random.Next(1, 3);
            TimeSpan time = TimeSpan.FromMicroseconds(random.Next(300));
            history.Add(random.Next(6) switch
            {
                0 => Recorder.Do(actor, () => StepOf(semaphore.TryAcquire())),
                1 => Recorder.Do(actor, () => StepOf(semaphore.TryAcquire(time))),
                2 => Recorder.Await(actor, async () => StepOf(await semaphore.TryAcquireAsync(time))),
                3 => Recorder.Do(actor, () => (SemaphoreStep.Counted, semaphore.CurrentCount, 0)),
                _ => Recorder.Do(actor, () => Release(semaphore, count)),
            });
        }

        return history;
    }

    private static (SemaphoreStep, int, int) Release(ProcessSemaphore semaphore, int count)
    {
        try
        {
            return (SemaphoreStep.Released, count, semaphore.Release(count));
        }
        catch (SemaphoreFullException)
        {
            return (SemaphoreStep.Full, count, 0);
        }
    }

    private static (SemaphoreStep, int, int) StepOf(bool taken) => (taken ? SemaphoreStep.Taken : SemaphoreStep.NotTaken, 0, 0);
}
