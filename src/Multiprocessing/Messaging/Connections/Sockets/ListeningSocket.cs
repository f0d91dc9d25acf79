using System.Net;
using System.Net.Sockets;
using Multiprocessing.Platform;

namespace Multiprocessing.Messaging.Connections;

/// <summary>A socket that listens. The file that names it, if there is one, goes with it.</summary>
internal sealed class ListeningSocket : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private ListeningSocket(Socket socket, EndPoint address)
    {
        Socket = socket;
        Address = address;
    }

    public Socket Socket { get; }

    public EndPoint Address { get; }

    public static ListeningSocket Open(EndPoint? address, int backlog)
    {
        address ??= new UnixDomainSocketEndPoint($"\0multiprocessing-{Guid.NewGuid():N}");
        string? file = address is UnixDomainSocketEndPoint unix && unix.ToString() is ['/' or not ('@' or '\0'), ..] name ? name : null;
        Socket socket = address is UnixDomainSocketEndPoint or IPEndPoint
            ? ConnectionSockets.Create(address)
            : throw new ArgumentException($"Nobody can listen at a {address.GetType()}.", nameof(address));
        try
        {
            Bind(socket, address, file);
            socket.Listen(backlog);
            return new ListeningSocket(socket, socket.LocalEndPoint ?? address);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public void Dispose() => Socket.Dispose();

    private static void Bind(Socket socket, EndPoint address, string? file)
    {
        try
        {
            socket.Bind(address);
        }
        catch (SocketException exception) when (
            file is not null && exception.SocketErrorCode == SocketError.AddressAlreadyInUse && Kernel.ControlSockets.IsSocketFile(file)
            && !IsAnybodyThere(address))
        {
            File.Delete(file);
            socket.Bind(address);
        }

        if (file is not null && !OperatingSystem.IsWindows())
        {
            // Nobody can connect before the socket listens.
            File.SetUnixFileMode(file, OwnerOnly);
        }
    }

    /// <summary>
    /// Asked by a socket of another type, so that a living listener lets nobody in: one that is there answers that it is of the wrong type, the
    /// file of a dead one refuses.
    /// </summary>
    private static bool IsAnybodyThere(EndPoint address)
    {
        using var probe = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        try
        {
            probe.Connect(address);
            return true;
        }
        catch (SocketException exception)
        {
            return exception.SocketErrorCode != SocketError.ConnectionRefused;
        }
    }
}
