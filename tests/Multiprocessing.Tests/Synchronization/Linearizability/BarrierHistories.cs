using System.Diagnostics;
using System.Numerics;

namespace Multiprocessing.Tests.Synchronization.Linearizability;

public enum BarrierStep
{
    /// <summary>The party came, as that how-manieth, and was let go later.</summary>
    Came,

    LetGo,

    /// <summary>The party came, or found the barrier broken; it was not let go.</summary>
    CameInVain,

    /// <summary>It was sent away, or broke the barrier itself.</summary>
    Left,

    Aborted,
    Reset,
    SeenBroken,
    SeenWhole,
    Counted,
}

/// <summary>Where a barrier and its parties stand; sets of actors are bits.</summary>
/// <param name="Waiting">Came in this generation.</param>
/// <param name="LetGo">Came in a generation that is complete, and have not noticed yet.</param>
/// <param name="SentAway">Came in a generation that is broken or was reset, or found it broken, and have not noticed yet.</param>
/// <param name="IsBroken">Until it is reset.</param>
public readonly record struct BarrierModel(uint Waiting, uint LetGo, uint SentAway, bool IsBroken)
{
    public BarrierModel WhenSentAway(uint actors, bool broken) => new(0, LetGo, SentAway | actors, broken);
}

/// <summary>
/// Random uses of a barrier, recorded, and what a barrier may answer. A wait takes effect at two moments: when the party comes and when it
/// leaves; so it is two operations of the history, both between its beginning and its end.
/// </summary>
internal static class BarrierHistories
{
    public const int Parties = 3;

    private static readonly TimeSpan Long = TimeSpan.FromSeconds(50);

    public static History<BarrierModel, (BarrierStep Step, int Number)> Model { get; } = new(default, Next);

    /// <summary>All wait as often, so nobody waits in vain.</summary>
    public static List<Recorded<(BarrierStep Step, int Number)>> UsePeacefully(ProcessBarrier barrier, int actor, int seed, int steps)
    {
        List<Recorded<(BarrierStep, int)>> history = [];
        for (int i = 0; i < steps; i++)
        {
            Wait(barrier, actor, Long, (seed + i) % 3 == 0, history);
        }

        return history;
    }

    public static List<Recorded<(BarrierStep Step, int Number)>> Use(ProcessBarrier barrier, int actor, int seed, int steps)
    {
        var random = new Random(seed);
        List<Recorded<(BarrierStep, int)>> history = [];
        for (int i = 0; i < steps; i++)
        {
            switch (random.Next(10))
            {
                case 0:
                    history.Add(Recorder.Do(actor, () => Do(barrier.Abort, BarrierStep.Aborted)));
                    break;
                case 1 or 2:
                    history.Add(Recorder.Do(actor, () => Do(barrier.Reset, BarrierStep.Reset)));
                    break;
                case 3:
                    history.Add(Recorder.Do(actor, () => (barrier.IsBroken ? BarrierStep.SeenBroken : BarrierStep.SeenWhole, 0)));
                    break;
                case 4:
                    history.Add(Recorder.Do(actor, () => (BarrierStep.Counted, barrier.WaitingCount)));
                    break;
                default:
                    Wait(barrier, actor, TimeSpan.FromMicroseconds(random.Next(2000)), random.Next(2) == 0, history);
                    break;
            }
        }

        return history;
    }

    private static BarrierModel? Next(BarrierModel state, int actor, (BarrierStep Step, int Number) what)
    {
        uint me = 1u << actor;
        bool isFree = ((state.Waiting | state.LetGo | state.SentAway) & me) == 0;
        int waiting = BitOperations.PopCount(state.Waiting);
        return what.Step switch
        {
            BarrierStep.Came when isFree && !state.IsBroken && waiting == what.Number => waiting + 1 < Parties
                ? state with { Waiting = state.Waiting | me }
                : state with { Waiting = 0, LetGo = state.LetGo | state.Waiting | me },
            BarrierStep.LetGo when (state.LetGo & me) != 0 => state with { LetGo = state.LetGo & ~me },
            BarrierStep.CameInVain when isFree => state.IsBroken
                ? state with { SentAway = state.SentAway | me }
                : state with { Waiting = state.Waiting | me },
            BarrierStep.Left when (state.SentAway & me) != 0 => state with { SentAway = state.SentAway & ~me },
            BarrierStep.Left when (state.Waiting & me) != 0 => state.WhenSentAway(state.Waiting & ~me, broken: true),
            BarrierStep.Aborted => state.WhenSentAway(state.Waiting, broken: true),
            BarrierStep.Reset => state.WhenSentAway(state.Waiting, broken: false),
            BarrierStep.SeenBroken when state.IsBroken => state,
            BarrierStep.SeenWhole when !state.IsBroken => state,

            // All of them have come, and are about to be let go: the model does that in one step.
            BarrierStep.Counted when waiting == what.Number || what.Number == Parties => state,
            _ => null,
        };
    }

    private static void Wait(ProcessBarrier barrier, int actor, TimeSpan time, bool task, List<Recorded<(BarrierStep, int)>> history)
    {
        long start = Stopwatch.GetTimestamp();
        (BarrierStep, int) came, left;
        try
        {
            int place = task ? barrier.WaitAsync(time).GetAwaiter().GetResult() : barrier.Wait(time);
            (came, left) = ((BarrierStep.Came, place), (BarrierStep.LetGo, 0));
        }
        catch (BrokenBarrierException)
        {
            (came, left) = ((BarrierStep.CameInVain, 0), (BarrierStep.Left, 0));
        }

        long end = Stopwatch.GetTimestamp();
        history.Add(new Recorded<(BarrierStep, int)>(start, end, actor, came));
        history.Add(new Recorded<(BarrierStep, int)>(start, end, actor, left));
    }

    private static (BarrierStep, int) Do(Action action, BarrierStep step)
    {
        action();
        return (step, 0);
    }
}
