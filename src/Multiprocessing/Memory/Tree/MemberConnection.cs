using System.Buffers.Binary;
using System.ComponentModel;
using System.Text;
using Multiprocessing.Platform;

namespace Multiprocessing.Memory;

/// <summary>
/// The root's side of the connection of one process: answers its requests and notices its death. Runs on the event loop only.
/// </summary>
/// <remarks>
/// Who may have the other end? Only a process that an unbroken line of parents handed it to, for the root made the pair and it has
/// no name. Which one it is says the kernel (SCM_CREDENTIALS), and a handle on that process, checked by its start time, says when it
/// dies. The end of the connection alone is not its death: a program that closes descriptors by mistake still holds its locks.
/// </remarks>
internal sealed class MemberConnection : IDisposable
{
    /// <summary>Requests answered in a row before other members get their turn.</summary>
    private const int MostInARow = 32;

    private readonly TreeRoot _root;
    private readonly ControlSocket _socket;
    private readonly IDisposable _watch;
    private readonly Holder _holder = new();
    private readonly byte[] _request = new byte[HandOverProtocol.LongestMessage];
    private KernelHandle? _process;
    private IDisposable? _deathWatch;
    private int _processId;
    private long _startTime;
    private OwnerId _owner;
    private bool _identified;
    private bool _hungUp;
    private bool _ended;

    public MemberConnection(TreeRoot root, ControlSocket socket)
    {
        _root = root;
        _socket = socket;
        socket.IdentifySenders(true);
        _watch = Kernel.EventLoop.Watch(socket.Handle, OnReadable);
    }

    /// <summary>The process ended, or never said who it is.</summary>
    public void OnDeath()
    {
        if (!_ended)
        {
            _ended = true;
            if (_owner != OwnerId.None)
            {
                _root.Participants.MarkDead(_owner);
            }

            _root.Broker.Drop(_holder);
            Dispose();
            _root.Forget(this);
        }
    }

    public void Dispose()
    {
        _hungUp = true;
        _deathWatch?.Dispose();
        _process?.Dispose();
        _watch.Dispose();
        _socket.Dispose();
    }

    private void OnReadable()
    {
        for (int i = 0; i < MostInARow && !_hungUp; i++)
        {
            switch (_socket.Receive(_request, out int length, out KernelHandle[] handles, wait: false))
            {
                case ReceiveOutcome.Nothing:
                    return;
                case ReceiveOutcome.PeerGone:
                    HangUp();
                    return;
                default:
                    Answer(_request.AsSpan(0, length), handles);
                    break;
            }
        }
    }

    /// <summary>Hears nothing from this process any more, but still waits for its death.</summary>
    private void HangUp()
    {
        if (_process is null)
        {
            OnDeath();
            return;
        }

        _hungUp = true;
        _watch.Dispose();
        _socket.Dispose();
    }

    private void Answer(ReadOnlySpan<byte> request, KernelHandle[] handles)
    {
        if (!_identified)
        {
            _processId = _socket.LastSender;
            _socket.IdentifySenders(false);
            _identified = true;
        }

        byte code = request[0];
        ReadOnlySpan<byte> fields = request[1..];
        bool known = code == HandOverProtocol.Introduce ? _process is null && Introduce(fields) : _process is not null;
        try
        {
            if (!known || fields.Length < LeastLength(code))
            {
                // Nothing of this library sends such a request: whoever does is not believed any further.
                Refuse();
                HangUp();
                return;
            }

            Answer(code, fields, ref handles);
        }
        catch (Win32Exception)
        {
            // A handle could not be duplicated, or not be sent.
            Send([HandOverProtocol.Exhausted]);
        }
        finally
        {
            foreach (KernelHandle handle in handles)
            {
                handle.Dispose();
            }
        }
    }

    private static int LeastLength(byte code) => code switch
    {
        HandOverProtocol.Introduce => sizeof(long),
        HandOverProtocol.Deposit or HandOverProtocol.Join => 0,
        HandOverProtocol.Park => 2 * HandOverProtocol.TokenSize,
        HandOverProtocol.Open or HandOverProtocol.Take or HandOverProtocol.Release or HandOverProtocol.Discard => HandOverProtocol.TokenSize,
        HandOverProtocol.SetName => HandOverProtocol.TokenSize + 1,
        HandOverProtocol.OpenName or HandOverProtocol.RemoveName => 1,
        _ => int.MaxValue,
    };

    private void Answer(byte code, ReadOnlySpan<byte> fields, ref KernelHandle[] handles)
    {
        Broker broker = _root.Broker;
        switch (code)
        {
            case HandOverProtocol.Introduce:
                Reply(true);
                break;
            case HandOverProtocol.Deposit:
                Deposit(ref handles);
                break;
            case HandOverProtocol.Park:
                Reply(broker.Park(new Guid(fields[..16]), new Guid(fields[16..32])));
                break;
            case HandOverProtocol.Open or HandOverProtocol.Take:
                Reply(broker.Open(_holder, new Guid(fields[..16]), code == HandOverProtocol.Take, out Guid opened), opened);
                break;
            case HandOverProtocol.Release:
                broker.Release(_holder, new Guid(fields[..16]));
                break;
            case HandOverProtocol.Discard:
                broker.Discard(new Guid(fields[..16]));
                break;
            case HandOverProtocol.SetName:
                Reply(broker.SetName(Encoding.UTF8.GetString(fields[16..]), new Guid(fields[..16])));
                break;
            case HandOverProtocol.OpenName:
                Reply(broker.OpenName(_holder, Encoding.UTF8.GetString(fields), out Guid named), named);
                break;
            case HandOverProtocol.RemoveName:
                Reply(broker.RemoveName(Encoding.UTF8.GetString(fields)));
                break;
            case HandOverProtocol.Join:
                Join();
                break;
        }
    }

    private void Deposit(ref KernelHandle[] handles)
    {
        if (handles is not [KernelHandle handle])
        {
            // None has arrived: this process could not take one more.
            Send([HandOverProtocol.Exhausted]);
            return;
        }

        handles = [];
        Reply(_root.Broker.Deposit(_holder, handle));
    }

    private bool Introduce(ReadOnlySpan<byte> fields)
    {
        if (fields.Length != sizeof(long) || Kernel.Lifetime.OpenProcess(_processId) is not { } process)
        {
            return false;
        }

        // In this order: while the handle is open and the start time is right, it is the process that sent the message.
        _startTime = BinaryPrimitives.ReadInt64LittleEndian(fields);
        if (Kernel.Lifetime.StartTimeOf(_processId) != _startTime)
        {
            process.Dispose();
            return false;
        }

        _process = process;
        _deathWatch = Kernel.EventLoop.Watch(process, OnDeath);
        return true;
    }

    private void Join()
    {
        if (_owner == OwnerId.None)
        {
            _owner = _root.Participants.Join(_processId, _startTime);
        }

        if (_owner == OwnerId.None)
        {
            Refuse();
            return;
        }

        Span<byte> answer = stackalloc byte[1 + sizeof(uint)];
        answer[0] = HandOverProtocol.Done;
        BinaryPrimitives.WriteUInt32LittleEndian(answer[1..], _owner.Value);
        Send(answer, _root.Participants.LifeMemory, _root.Participants.WakeMemory);
    }

    private void Refuse() => Send([HandOverProtocol.Failed]);

    private void Reply(bool done) => Send([done ? HandOverProtocol.Done : HandOverProtocol.Failed]);

    private void Reply(Guid? token)
    {
        Span<byte> answer = stackalloc byte[1 + HandOverProtocol.TokenSize];
        answer[0] = HandOverProtocol.Done;
        if (token is null || !token.Value.TryWriteBytes(answer[1..]))
        {
            Refuse();
            return;
        }

        Send(answer);
    }

    private void Reply(KernelHandle? handle, Guid segment)
    {
        using (handle)
        {
            Span<byte> answer = stackalloc byte[1 + HandOverProtocol.TokenSize];
            answer[0] = HandOverProtocol.Done;
            if (handle is null || !segment.TryWriteBytes(answer[1..]))
            {
                Refuse();
                return;
            }

            try
            {
                Send(answer, handle);
            }
            catch (Win32Exception)
            {
                // Too many handles are on their way: it did not get this one.
                _root.Broker.Release(_holder, segment);
                throw;
            }
        }
    }

    private void Send(ReadOnlySpan<byte> answer, params ReadOnlySpan<KernelHandle> handles)
    {
        // A member waits for each answer before it asks again, so there is room, unless it does not keep to that.
        if (_socket.TrySend(answer, handles) == SendOutcome.NoRoom)
        {
            HangUp();
        }
    }
}
