using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Multiprocessing.Tests.Testing;

namespace Multiprocessing.Tests.Messaging.Connections;

/// <summary>A free address of each kind, as ours and as CPython writes it.</summary>
internal sealed class TestAddress : IDisposable
{
    private readonly TemporaryFolder? _folder;

    public TestAddress(string kind)
    {
        switch (kind)
        {
            case "abstract":
                string name = $"mp-test-{Guid.NewGuid():N}";
                EndPoint = new UnixDomainSocketEndPoint('\0' + name);
                Text = '@' + name;
                break;
            case "file":
                _folder = new TemporaryFolder();
                Text = Path.Combine(_folder.Path, "socket");
                EndPoint = new UnixDomainSocketEndPoint(Text);
                break;
            default:
                EndPoint = new IPEndPoint(IPAddress.Loopback, 0);
                Text = "127.0.0.1:0";
                break;
        }
    }

    public static TheoryData<string> Kinds => ["abstract", "file", "tcp"];

    public EndPoint EndPoint { get; }

    public string Text { get; }

    /// <summary>The address in CPython's way of writing.</summary>
    public static string TextOf(EndPoint address) => address.ToString()!;

    /// <summary>The address of a peer that said "listening HOST PORT", if it chose its port itself.</summary>
    public EndPoint Resolve(string? listening) => listening?.Split(' ') is [_, var host, var port]
        ? new IPEndPoint(IPAddress.Parse(host), int.Parse(port, CultureInfo.InvariantCulture))
        : EndPoint;

    public void Dispose() => _folder?.Dispose();
}
