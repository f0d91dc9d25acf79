using System.Text;
using Multiprocessing.Platform;

namespace Multiprocessing.Memory;

/// <summary>The hand-over as a process below the root uses it: over its connection to the root's broker.</summary>
internal sealed class RemoteHandOver(RootConnection root) : IHandOver
{
    public Guid Deposit(KernelHandle handle)
    {
        Span<byte> token = stackalloc byte[HandOverProtocol.TokenSize];
        return root.Ask([HandOverProtocol.Deposit], token, handle) is not null
            ? new Guid(token)
            : throw new IOException("The root of the process tree refused a handle.");
    }

    public Guid? Park(Guid segment, Guid container)
    {
        Span<byte> request = stackalloc byte[1 + (2 * HandOverProtocol.TokenSize)];
        request[0] = HandOverProtocol.Park;
        segment.TryWriteBytes(request[1..]);
        container.TryWriteBytes(request[(1 + HandOverProtocol.TokenSize)..]);
        Span<byte> ticket = stackalloc byte[HandOverProtocol.TokenSize];
        return root.Ask(request, ticket) is null ? null : new Guid(ticket);
    }

    public KernelHandle? Open(Guid token, bool take, out Guid segment) =>
        OpenBy(Request(take ? HandOverProtocol.Take : HandOverProtocol.Open, token), out segment);

    public void Release(Guid segment) => root.Tell(Request(HandOverProtocol.Release, segment));

    public void Discard(Guid ticket) => root.Tell(Request(HandOverProtocol.Discard, ticket));

    public bool SetName(string name, Guid segment) => root.Ask(Request(HandOverProtocol.SetName, segment, name), []) is not null;

    public KernelHandle? OpenName(string name, out Guid segment) =>
        OpenBy(Request(HandOverProtocol.OpenName, null, name), out segment);

    public bool RemoveName(string name) => root.Ask(Request(HandOverProtocol.RemoveName, null, name), []) is not null;

    private KernelHandle? OpenBy(byte[] request, out Guid segment)
    {
        Span<byte> token = stackalloc byte[HandOverProtocol.TokenSize];
        KernelHandle[]? handles = root.Ask(request, token);
        segment = handles is null ? default : new Guid(token);
        return handles switch
        {
            null => null,
            [KernelHandle handle] => handle,
            _ => throw NoRoomFor(segment),
        };
    }

    private IOException NoRoomFor(Guid segment)
    {
        Release(segment);
        return new IOException("A handle could not be received: this process has reached its limit of open files.");
    }

    private static byte[] Request(byte code, Guid? token, string? name = null)
    {
        byte[] text = name is null ? [] : Encoding.UTF8.GetBytes(HandOverName.Check(name));
        byte[] request = new byte[1 + (token is null ? 0 : HandOverProtocol.TokenSize) + text.Length];
        request[0] = code;
        token?.TryWriteBytes(request.AsSpan(1));
        text.CopyTo(request, request.Length - text.Length);
        return request;
    }
}
