using System.Runtime.CompilerServices;

namespace Multiprocessing.Platform.Linux;

/// <summary>Messages with descriptors beside them, by sendmsg(2), recvmsg(2) and SCM_RIGHTS (unix(7), cmsg(3)).</summary>
internal sealed unsafe class UnixControlSocket : ControlSocket
{
    private const int NoSignal = 0x4000;
    private const int DontWait = 0x40;
    private const int ReceiveCloseOnExec = 0x40000000;
    private const int LevelSocket = 1;
    private const int Rights = 1;
    private const int Credentials = 2;
    private const int PassCredentials = 16;

    // struct ucred: process (4), user (4), group (4).
    private const int CredentialsSize = 12;

    // struct cmsghdr of 64-bit Linux: length (8), level (4), type (4); then the descriptors, padded to 8.
    private const int ControlHeader = 16;

    private int _lastSender;

    public UnixControlSocket(KernelHandle handle) => Handle = handle;

    public override KernelHandle Handle { get; }

    public override int LastSender => _lastSender;

    public override void IdentifySenders(bool on)
    {
        int value = on ? 1 : 0;
        Errno.Check(
            Libc.SetSocketOption(Handle.Descriptor, LevelSocket, PassCredentials, &value, sizeof(int)), "setsockopt(SO_PASSCRED)");
    }

    public override void Dispose() => Handle.Dispose();

    protected override SendOutcome Send(ReadOnlySpan<byte> message, ReadOnlySpan<KernelHandle> handles, bool wait)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(message.Length, MaxMessage);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(handles.Length, MaxHandles);
        byte* control = stackalloc byte[ControlHeader + (MaxHandles * sizeof(int))];
        bool held = false;
        try
        {
            Handle.DangerousAddRef(ref held);
            fixed (byte* bytes = message)
            {
                var vector = new Libc.IoVector { Base = bytes, Length = message.Length };
                var header = new Libc.MessageHeader { Vectors = &vector, VectorCount = 1 };
                if (handles.Length > 0)
                {
                    *(nint*)control = ControlHeader + (handles.Length * sizeof(int));
                    *(int*)(control + 8) = LevelSocket;
                    *(int*)(control + 12) = Rights;
                    for (int i = 0; i < handles.Length; i++)
                    {
                        ((int*)(control + ControlHeader))[i] = handles[i].Descriptor;
                    }

                    header.Control = control;
                    header.ControlLength = Align(ControlHeader + (handles.Length * sizeof(int)));
                }

                return Send(&header, NoSignal | (wait ? 0 : DontWait));
            }
        }
        finally
        {
            if (held)
            {
                Handle.DangerousRelease();
            }
        }
    }

    public override ReceiveOutcome Receive(Span<byte> buffer, out int length, out KernelHandle[] handles, bool wait)
    {
        const int ControlSize =
            ControlHeader + (MaxHandles * sizeof(int)) + ControlHeader + ((CredentialsSize + 7) & ~7);
        byte* control = stackalloc byte[ControlSize];
        length = 0;
        handles = [];
        fixed (byte* bytes = buffer)
        {
            var vector = new Libc.IoVector { Base = bytes, Length = buffer.Length };
            var header = new Libc.MessageHeader { Vectors = &vector, VectorCount = 1, Control = control, ControlLength = ControlSize };
            while (true)
            {
                nint received = Libc.ReceiveMessage(Handle.Descriptor, &header, ReceiveCloseOnExec | (wait ? 0 : DontWait));
                if (received >= 0)
                {
                    length = (int)received;
                    handles = TakeHandles(&header);

                    // An empty message is never sent, so nothing received is the end of the stream.
                    return received > 0 ? ReceiveOutcome.Received : ReceiveOutcome.PeerGone;
                }

                switch (Errno.Last)
                {
                    case Errno.Interrupted:
                        continue;
                    case Errno.Again:
                        return ReceiveOutcome.Nothing;
                    case Errno.ConnectionReset:
                        return ReceiveOutcome.PeerGone;
                    case int error:
                        throw Errno.Failure("recvmsg", error);
                }
            }
        }
    }

    private SendOutcome Send(Libc.MessageHeader* header, int flags)
    {
        while (true)
        {
            if (Libc.SendMessage(Handle.Descriptor, header, flags) >= 0)
            {
                return SendOutcome.Sent;
            }

            switch (Errno.Last)
            {
                case Errno.Interrupted:
                    continue;
                case Errno.Again:
                    return SendOutcome.NoRoom;
                case Errno.BrokenPipe or Errno.ConnectionReset:
                    return SendOutcome.PeerGone;
                case int error:
                    throw Errno.Failure("sendmsg", error);
            }
        }
    }

    private KernelHandle[] TakeHandles(Libc.MessageHeader* header)
    {
        KernelHandle[] handles = [];
        byte* end = (byte*)header->Control + header->ControlLength;
        _lastSender = 0;
        for (byte* item = (byte*)header->Control; end - item >= ControlHeader; item += Align((int)*(nint*)item))
        {
            int* data = (int*)(item + ControlHeader);
            switch (*(int*)(item + 8), *(int*)(item + 12))
            {
                case (LevelSocket, Credentials):
                    _lastSender = data[0];
                    break;
                case (LevelSocket, Rights):
                    handles = new KernelHandle[(int)(*(nint*)item - ControlHeader) / sizeof(int)];
                    for (int i = 0; i < handles.Length; i++)
                    {
                        handles[i] = new KernelHandle(data[i]);
                    }

                    break;
            }
        }

        return handles;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Align(int length) => (length + 7) & ~7;
}
