using Multiprocessing;

namespace Compare.Synchronization;

/// <summary>
/// Round trips of events and conditions with one other process, and rounds of a barrier of four threads in two processes. The other
/// process stays for the whole run and does what it is told to until its turns are over; seconds each.
/// </summary>
internal sealed class SignalUse : IDisposable
{
    private const int Parties = 4;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(2);
    private readonly Lazy<ProcessPool> _other = new(static () => new ProcessPool(1));
    private readonly ManualResetEvent _never = new(initialState: false);

    /// <summary>Two hops: set one event, wait for the other.</summary>
    internal double EventPingPong(int calls, bool asleep)
    {
        using var ping = new ProcessEvent();
        using var pong = new ProcessEvent();
        var turns = calls + Latency.WarmUp;
        var other = _other.Value.RunAsync(
            static work =>
            {
                for (var i = 0; i < work.turns; i++)
                {
                    work.ping.Wait();
                    work.ping.Reset();
                    work.pong.Set();
                }
            },
            (ping, pong, turns));
        var median = Latency.Median(calls, asleep ? () => _never.WaitOne(Pause) : null, () =>
        {
            ping.Set();
            pong.Wait();
            pong.Reset();
        });
        other.GetAwaiter().GetResult();
        return median;
    }

    /// <summary>The lock and the turn go to the other process and come back.</summary>
    internal double ConditionHandOver(int calls)
    {
        using var mutex = new ProcessLock();
        using var condition = new ProcessCondition(mutex);
        using var turn = new ProcessEvent();
        var turns = calls + Latency.WarmUp;
        var other = _other.Value.RunAsync(
            static work =>
            {
                for (var i = 0; i < work.turns; i++)
                {
                    Turn(work.condition, work.turn, mine: true);
                }
            },
            (condition, turn, turns));
        var median = Latency.Median(calls, null, () => Turn(condition, turn, mine: false, wait: true));
        other.GetAwaiter().GetResult();
        return median;
    }

    /// <summary>A round of a barrier, two threads here and two there.</summary>
    internal double Barrier(int rounds)
    {
        using var barrier = new ProcessBarrier(Parties);
        var other = _other.Value.RunAsync(static work => Rounds(work.barrier, work.rounds), (barrier, rounds));
        var seconds = Rounds(barrier, rounds);
        other.GetAwaiter().GetResult();
        return seconds / rounds;
    }

    public void Dispose()
    {
        if (_other.IsValueCreated)
        {
            _other.Value.Dispose();
        }
        _never.Dispose();
    }

    /// <summary>Waits for the turn, or has it, and gives it to the other side; the event is nothing but a flag under the lock.</summary>
    private static void Turn(ProcessCondition condition, ProcessEvent turn, bool mine, bool wait = false)
    {
        condition.Lock!.Acquire();
        while (turn.IsSet != mine)
        {
            condition.Wait();
        }
        if (mine)
        {
            turn.Reset();
        }
        else
        {
            turn.Set();
        }
        condition.Notify();
        while (wait && turn.IsSet)
        {
            condition.Wait();
        }
        condition.Lock.Release();
    }

    private static double Rounds(ProcessBarrier barrier, int rounds)
    {
        var second = new Thread(() =>
        {
            for (var i = 0; i < rounds; i++)
            {
                barrier.Wait();
            }
        });
        second.Start();
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < rounds; i++)
        {
            barrier.Wait();
        }
        second.Join();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
