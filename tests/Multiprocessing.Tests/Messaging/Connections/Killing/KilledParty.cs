using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Multiprocessing.Tests.Memory.Sharing;

namespace Multiprocessing.Tests.Messaging.Connections.Killing;

/// <summary>What a process does that is to be killed, or to outlive another one: it sends and receives numbered messages for ever.</summary>
/// <param name="End">Its end of a pipe; null: it listens, or connects to who does.</param>
/// <param name="Address">Where the one listens; a port of 0 is replaced by the board's number.</param>
/// <param name="Board">See <see cref="PartyBoard"/>.</param>
/// <param name="Tag">A shared object for some of the messages; sockets carry none.</param>
/// <param name="Out">The place of the direction in which it sends; 0: it does not.</param>
/// <param name="In">The place of the direction from which it receives; 0: it does not.</param>
/// <param name="Limit">After so many messages it sends no more, and waits.</param>
internal sealed record KilledParty(
    Connection? End, string Address, SharedProbe Board, SharedProbe? Tag, int Seed, int Out, int In, int Limit, bool Listens)
{
    public static byte[] Key { get; } = [1, 2, 3, 4];

    /// <returns>When sending, and when receiving, came to its end; and when the last message was received.</returns>
    public PartyOutcome Run()
    {
        using Connection connection = End ?? Meet();
        Board.Add(PartyBoard.Begun, 1);
        Task<long> sending = Out == 0 ? Task.FromResult(0L) : Task.Factory.StartNew(
            () => SendAll(connection), default, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        (long lastReceived, long end) = In == 0 ? default : ReceiveAll(connection);
        return new PartyOutcome(sending.GetAwaiter().GetResult(), end, lastReceived);
    }

    private Connection Meet()
    {
        var options = new ConnectionOptions { AuthenticationKey = Key };
        bool isTcp = Address.Length == 0;
        if (Listens)
        {
            EndPoint address = isTcp ? new IPEndPoint(IPAddress.Loopback, 0) : new UnixDomainSocketEndPoint(Address);
            using var listener = new ConnectionListener(address, new() { Connection = options });
            Board[PartyBoard.Port] = listener.Address is IPEndPoint ip ? ip.Port : 1;
            return listener.Accept();
        }

        return Connection.Connect(
            isTcp ? new IPEndPoint(IPAddress.Loopback, (int)Board[PartyBoard.Port]) : new UnixDomainSocketEndPoint(Address), options);
    }

    private long SendAll(Connection connection)
    {
        var traffic = new Traffic(Seed, Out, Tag);
        try
        {
            for (int number = 0; number < Limit; number++)
            {
                Board[Out + PartyBoard.Attempted] = number + 1;
                traffic.Send(connection, number);
                Board[Out + PartyBoard.Sent] = number + 1;
            }
        }
        catch (IOException)
        {
            return Stopwatch.GetTimestamp();
        }

        new ManualResetEventSlim().Wait();
        return 0;
    }

    private (long LastReceived, long End) ReceiveAll(Connection connection)
    {
        var traffic = new Traffic(Seed, In, Tag);
        long last = 0;
        try
        {
            for (int number = 0; ; number++)
            {
                if (!traffic.Receive(connection, number))
                {
                    Board[PartyBoard.Wrong] = number + 1;
                    throw new InvalidOperationException($"Message {number} is torn, doubled or of another place.");
                }

                last = Stopwatch.GetTimestamp();
                Board[In + PartyBoard.Received] = number + 1;
            }
        }
        catch (EndOfStreamException)
        {
            return (last, Stopwatch.GetTimestamp());
        }
        catch (IOException) when (End is null)
        {
            // A socket: the peer died in the middle of a message.
            return (last, Stopwatch.GetTimestamp());
        }
    }
}

internal sealed record PartyOutcome(long SendingEnded, long ReceivingEnded, long LastReceived);

/// <summary>The numbers by which both sides, and the test, know of each other.</summary>
internal static class PartyBoard
{
    public const int Begun = 0;
    public const int Port = 1;
    public const int Wrong = 2;
    public const int FromVictim = 4;
    public const int FromSurvivor = 8;

    // From the place of a direction.
    public const int Attempted = 0;
    public const int Sent = 1;
    public const int Received = 2;
}
