namespace Multiprocessing.Tests.Synchronization.Linearizability;

public enum EventStep
{
    Set,
    Reset,
    SeenSet,
    SeenReset,
    Released,
    NotReleased,
}

/// <summary>Random uses of an event, recorded, and what an event may answer.</summary>
internal static class EventHistories
{
    /// <summary>The state is whether it is set. Who is released was so at a moment when it was, be it ever so short.</summary>
    public static History<bool, EventStep> Model { get; } = new(false, static (isSet, _, step) => step switch
    {
        EventStep.Set => true,
        EventStep.Reset => false,
        EventStep.SeenSet or EventStep.Released => isSet ? isSet : null,
        _ => isSet ? null : isSet,
    });

    public static List<Recorded<EventStep>> Use(ProcessEvent e, int actor, int seed, int steps)
    {
        var random = new Random(seed);
        List<Recorded<EventStep>> history = [];
        for (int i = 0; i < steps; i++)
        {
            TimeSpan time = TimeSpan.FromMicroseconds(random.Next(1000));
            history.Add(random.Next(7) switch
            {
                0 or 1 => Recorder.Do(actor, () => Set(e)),
                2 or 3 => Recorder.Do(actor, () => Reset(e)),
                4 => Recorder.Do(actor, () => e.IsSet ? EventStep.SeenSet : EventStep.SeenReset),
                5 => Recorder.Do(actor, () => StepOf(e.Wait(time))),
                _ => Recorder.Await(actor, async () => StepOf(await e.WaitAsync(time))),
            });
        }

        return history;
    }

    private static EventStep Set(ProcessEvent e)
    {
        e.Set();
        return EventStep.Set;
    }

    private static EventStep Reset(ProcessEvent e)
    {
        e.Reset();
        return EventStep.Reset;
    }

    private static EventStep StepOf(bool released) => released ? EventStep.Released : EventStep.NotReleased;
}
