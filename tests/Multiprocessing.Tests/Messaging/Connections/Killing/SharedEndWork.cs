using System.Diagnostics;
using Multiprocessing.Tests.Memory.Sharing;

namespace Multiprocessing.Tests.Messaging.Connections.Killing;

/// <summary>What those do who share an end: numbers of the board are sent, each once, and counted when they are received.</summary>
internal sealed record SharedEndWork(Connection? End, SharedProbe Board, SharedProbe Tag, int Largest)
{
    public void SendAll()
    {
        using Connection end = End!;
        long me = Board.Add(SharedEndBoard.Parties, 1);
        var random = new Random((int)me);
        for (int i = 0; Board[SharedEndBoard.Stop] == 0 && Board[SharedEndBoard.Next] < SharedEndBoard.Messages; i++)
        {
            int length = random.Next(10) == 0 ? random.Next(Largest) : random.Next(20);
            byte[] bytes = new byte[length];
            Array.Fill(bytes, (byte)(me + i));
            end.Send(new Numbered(me, i, Board.Add(SharedEndBoard.Next, 1) - 1, random.Next(10) == 0 ? Tag : null, bytes));
        }
    }

    public void ReceiveAll()
    {
        using Connection end = End!;
        var last = new Dictionary<long, int>();
        try
        {
            while (true)
            {
                Numbered got = end.Receive<Numbered>();
                got.Tag?.Dispose();
                if (got.Bytes.AsSpan().ContainsAnyExcept((byte)(got.Sender + got.Index)))
                {
                    Board.Add(SharedEndBoard.Torn, 1);
                }

                // One that somebody who was killed had begun to take comes later, to another one.
                Board.Add(SharedEndBoard.Late, got.Index <= last.GetValueOrDefault(got.Sender, -1) ? 1 : 0);
                last[got.Sender] = Math.Max(got.Index, last.GetValueOrDefault(got.Sender, -1));
                Count(got.Number);
            }
        }
        catch (EndOfStreamException)
        {
            // All senders have ended.
        }
    }

    private void Count(long number)
    {
        long now = Stopwatch.GetTimestamp();
        long before = Board[SharedEndBoard.LastReceived];
        Board[SharedEndBoard.LastReceived] = now;
        if (before != 0 && now - before > Board[SharedEndBoard.LongestPause])
        {
            Board[SharedEndBoard.LongestPause] = now - before;
        }

        Board.Add(SharedEndBoard.First + (int)(number / SharedEndBoard.InOne), 1L << (int)(number % SharedEndBoard.InOne * 4));
        Board.Add(SharedEndBoard.Received, 1);
    }

    internal sealed record Numbered(long Sender, int Index, long Number, SharedProbe? Tag, byte[] Bytes);
}

/// <summary>The numbers of the board, then 4 bits for each message: how often it was received.</summary>
internal static class SharedEndBoard
{
    public const int Stop = 0;
    public const int Torn = 1;
    public const int Late = 3;
    public const int Parties = 2;
    public const int Next = 8;
    public const int Received = 16;
    public const int LastReceived = 24;
    public const int LongestPause = 25;
    public const int First = 32;
    public const int InOne = 16;
    public const int Messages = 8_000_000;
    public const long Bytes = (First + (Messages / InOne) + 8) * 8L;

    public static bool IsFull(SharedProbe board) => board[Next] >= Messages / 2;

    /// <summary>The longest time between two messages since the last call, in milliseconds.</summary>
    public static double TakeLongestPause(SharedProbe board)
    {
        long ticks = board[LongestPause];
        board[LongestPause] = 0;
        return ticks * 1000.0 / Stopwatch.Frequency;
    }
}

/// <summary>What came of all messages.</summary>
internal sealed class SharedEndTally
{
    public int Senders { get; set; }

    public int Receivers { get; set; }

    public long Messages { get; private set; }

    public long Lost { get; private set; }

    public long Repeated { get; private set; }

    public long Late { get; private set; }

    /// <summary>The longest pauses between two messages while somebody was killed, in milliseconds.</summary>
    public List<double> Pauses { get; } = [];

    /// <summary>And as long before.</summary>
    public List<double> PausesBefore { get; } = [];

    public void Count(SharedProbe board)
    {
        Messages = board[SharedEndBoard.Next];
        Late = board[SharedEndBoard.Late];
        for (int number = 0; number < Messages; number++)
        {
            long times = (board[SharedEndBoard.First + (number / SharedEndBoard.InOne)] >> (number % SharedEndBoard.InOne * 4)) & 15;
            Lost += times == 0 ? 1 : 0;
            Repeated += Math.Max(0, times - 1);
        }
    }

    public void Add(SharedEndTally other)
    {
        Senders += other.Senders;
        Receivers += other.Receivers;
        Messages += other.Messages;
        Lost += other.Lost;
        Repeated += other.Repeated;
        Late += other.Late;
        PausesBefore.AddRange(other.PausesBefore);
        Pauses.AddRange(other.Pauses);
    }

    public void Report(string what) => Synchronization.Killing.Report(
        $"{what}: {Senders} senders and {Receivers} receivers killed, {Messages} messages, {Lost} lost, {Repeated} received again, "
        + $"{Late} late. Longest pause between two messages around a SIGKILL: {KillingTally.Quantiles(Pauses)}; just before: "
        + KillingTally.Quantiles(PausesBefore));
}
