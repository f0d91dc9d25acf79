using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Multiprocessing.Tests.Messaging.Connections;

/// <summary>
/// A man in the middle: takes one client, connects to the real address, and passes on everything, but for one byte of the first message that
/// the listener sends: its challenge.
/// </summary>
internal sealed class TamperingRelay : IDisposable
{
    private readonly Socket _listening = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly List<Socket> _sockets = [];

    /// <param name="target">The real address.</param>
    /// <param name="tamper">Changes the challenge.</param>
    public TamperingRelay(EndPoint target, Action<byte[]> tamper)
    {
        Text = $"@mp-relay-{Guid.NewGuid():N}";
        EndPoint = new UnixDomainSocketEndPoint('\0' + Text[1..]);
        _listening.Bind(EndPoint);
        _listening.Listen();
        Ended = RunAsync(target, tamper);
    }

    public string Text { get; }

    public EndPoint EndPoint { get; }

    public Task Ended { get; }

    public void Dispose()
    {
        _listening.Dispose();
        lock (_sockets)
        {
            _sockets.ForEach(static socket => socket.Dispose());
        }
    }

    private async Task RunAsync(EndPoint target, Action<byte[]> tamper)
    {
        Socket client = Keep(await _listening.AcceptAsync());
        Socket server = Keep(new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified));
        await server.ConnectAsync(target);
        byte[] challenge = await ReadFrameAsync(server);
        tamper(challenge);
        await client.SendAsync(challenge);
        await Task.WhenAll(PassAsync(client, server), PassAsync(server, client));
    }

    private Socket Keep(Socket socket)
    {
        lock (_sockets)
        {
            _sockets.Add(socket);
        }

        return socket;
    }

    private static async Task<byte[]> ReadFrameAsync(Socket socket)
    {
        byte[] header = new byte[4];
        await ReadAsync(socket, header);
        byte[] frame = [.. header, .. new byte[BinaryPrimitives.ReadInt32BigEndian(header)]];
        await ReadAsync(socket, frame.AsMemory(4));
        return frame;
    }

    private static async Task ReadAsync(Socket socket, Memory<byte> all)
    {
        while (all.Length > 0)
        {
            int count = await socket.ReceiveAsync(all);
            Assert.NotEqual(0, count);
            all = all[count..];
        }
    }

    private static async Task PassAsync(Socket from, Socket to)
    {
        byte[] buffer = new byte[4096];
        try
        {
            for (int count; (count = await from.ReceiveAsync(buffer.AsMemory())) > 0;)
            {
                await to.SendAsync(buffer.AsMemory(0, count));
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // One of the two has seen enough.
            to.Dispose();
        }
    }
}
