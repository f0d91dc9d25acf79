using System.Diagnostics;
using Multiprocessing.Messaging.Rings;

namespace Multiprocessing.Messaging.Queues;

/// <summary>Lets one thread at a time spin before it sleeps, as long as that has lately been worth it.</summary>
internal sealed class SpinTurn
{
    private static readonly bool IsUseful = Environment.ProcessorCount > 1;
    private readonly SpinBudget _budget = new();
    private int _taken;

    /// <summary>The time of <see cref="Stopwatch.GetTimestamp"/> until which the caller may spin; 0: not at all.</summary>
    public long Begin()
    {
        if (!IsUseful || Volatile.Read(ref _taken) != 0 || Interlocked.Exchange(ref _taken, 1) != 0)
        {
            return 0;
        }

        long until = _budget.Begin();
        if (until == 0)
        {
            Volatile.Write(ref _taken, 0);
        }

        return until;
    }

    /// <summary>To be called by whom <see cref="Begin"/> gave a time.</summary>
    public void End(bool succeeded)
    {
        _budget.End(succeeded);
        Volatile.Write(ref _taken, 0);
    }
}
