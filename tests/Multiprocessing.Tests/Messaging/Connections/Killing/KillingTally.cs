using System.Diagnostics;
using Multiprocessing.Tests.Memory.Sharing;

namespace Multiprocessing.Tests.Messaging.Connections.Killing;

/// <summary>What came of all rounds.</summary>
internal sealed class KillingTally
{
    private readonly List<double> _toEnd = [];
    private readonly List<double> _toEndAfterLast = [];
    private readonly List<double> _toRefusal = [];
    private readonly List<double> _afterReport = [];
    private long _sent;
    private long _received;
    private long _cutOff;

    public void Count(SharedProbe board)
    {
        foreach (int direction in (int[])[PartyBoard.FromVictim, PartyBoard.FromSurvivor])
        {
            _sent += board[direction + PartyBoard.Sent];
            _received += board[direction + PartyBoard.Received];
        }

        _cutOff += board[PartyBoard.FromVictim + PartyBoard.Attempted] - board[PartyBoard.FromVictim + PartyBoard.Received];
    }

    public void Measure(long killed, long reported, PartyOutcome outcome)
    {
        if (outcome.ReceivingEnded != 0)
        {
            _toEnd.Add(Milliseconds(killed, outcome.ReceivingEnded));
            _toEndAfterLast.Add(Milliseconds(Math.Max(killed, outcome.LastReceived), outcome.ReceivingEnded));
        }

        if (outcome.SendingEnded != 0)
        {
            _toRefusal.Add(Milliseconds(killed, outcome.SendingEnded));
        }

        _afterReport.Add(Math.Max(0, Milliseconds(reported, Math.Max(outcome.SendingEnded, outcome.ReceivingEnded))));
    }

    public void Report(string what) => Synchronization.Killing.Report(
        $"{what}, {_sent} messages sent, {_received} received, {_cutOff} cut off by the death of their sender. After SIGKILL was sent, the end is "
        + $"received within {Quantiles(_toEnd)} (of that after the last message: {Quantiles(_toEndAfterLast)}); a sender is told within {Quantiles(_toRefusal)}; "
        + $"all of it after the death was reported to the parent: {Quantiles(_afterReport)}");

    public static string Quantiles(List<double> milliseconds)
    {
        milliseconds.Sort();
        return milliseconds.Count == 0
            ? "-"
            : $"p50 {milliseconds[milliseconds.Count / 2]:F2} ms, p99 {milliseconds[milliseconds.Count * 99 / 100]:F2} ms, longest {milliseconds[^1]:F2} ms";
    }

    private static double Milliseconds(long from, long to) => Stopwatch.GetElapsedTime(from, to).TotalMilliseconds;
}
