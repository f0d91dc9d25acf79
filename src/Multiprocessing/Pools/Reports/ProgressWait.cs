using System.Diagnostics.CodeAnalysis;
using Multiprocessing.Serialization;

namespace Multiprocessing.Pools;

/// <summary>
/// A call ends after its reports of progress have been raised, in the order in which the worker sent them. An <see cref="IProgress{T}"/>
/// that does not return must not keep the call for ever: after a while the call ends and what is left of its reports is dropped.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The timer is disposed of when the wait is over.")]
internal sealed class ProgressWait
{
    private readonly Action _ended;
    private readonly Timer _limit;

    /// <summary>Registrations with reports that wait, and one for the constructor.</summary>
    private int _left = 1;

    private int _isOver;

    private ProgressWait(PayloadHolds holds, Action ended)
    {
        _ended = ended;
        _limit = new Timer(static state => ((ProgressWait)state!).End(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        foreach (var held in holds.Held)
        {
            if (held is ProgressRegistration registration)
            {
                Interlocked.Increment(ref _left);
                if (!registration.TryCallBackWhenRaised(OnRaised))
                {
                    Interlocked.Decrement(ref _left);
                }
            }
        }
    }

    /// <summary>False: there is nothing to wait for, and nothing is called.</summary>
    internal static bool TryBegin(PayloadHolds? holds, Action ended)
    {
        if (holds is null || !HasProgress(holds))
        {
            return false;
        }
        var wait = new ProgressWait(holds, ended);
        if (Volatile.Read(ref wait._left) == 1)
        {
            wait._limit.Dispose();
            return false;
        }
        wait._limit.Change(ReportSender.Patience, Timeout.InfiniteTimeSpan);
        wait.OnRaised();
        return true;
    }

    private static bool HasProgress(PayloadHolds holds)
    {
        foreach (var held in holds.Held)
        {
            if (held is ProgressRegistration)
            {
                return true;
            }
        }
        return false;
    }

    private void OnRaised()
    {
        if (Interlocked.Decrement(ref _left) == 0)
        {
            End();
        }
    }

    private void End()
    {
        if (Interlocked.Exchange(ref _isOver, 1) == 0)
        {
            _limit.Dispose();
            _ended();
        }
    }
}
