using Multiprocessing.Memory;
using Multiprocessing.Platform;

namespace Multiprocessing.Processes;

/// <summary>This process as its role sees it: what the parent said, and the connection to the parent.</summary>
internal sealed class ClaimedProcess
{
    /// <summary>The last one that was looked for by its name: the rehearsed one, which takes a third of a millisecond to find again.</summary>
    private static Type? KnownRole;

    private readonly Claim _claim;
    private readonly ParentConnector _connector;
    private byte[]? _buffer;

    public ClaimedProcess(ControlSocket control, Claim claim, KernelHandle[] handles)
    {
        Control = control;
        _claim = claim;
        Handles = handles;
        ProcessTree.Connector = _connector = new ParentConnector(control);
    }

    /// <summary>To the parent. Roles send messages of the type <see cref="ControlProtocol.FirstRoleMessage"/> and above.</summary>
    public ControlSocket Control { get; }

    /// <summary>The role's descriptors, in the order sent. The role owns them.</summary>
    public KernelHandle[] Handles { get; }

    /// <summary>The role's parameters.</summary>
    public ReadOnlyMemory<byte> Payload => _claim.Payload;

    public string Name => _claim.Name;

    /// <summary>
    /// Called on the event loop's thread with each message that the parent sends to the role, and the handles beside it. Set it
    /// before asking the parent for messages.
    /// </summary>
    public ControlMessageHandler? MessageReceived { get; set; }

    /// <summary>Set by a role whose process shall end by SIGINT, as a program that gave up because of it should.</summary>
    public bool EndsByInterrupt { get; set; }

    public IClaimedRole CreateRole()
    {
        if (_claim.Role == TargetRole.RoleName)
        {
            return new TargetRole(); // The commonest, without the cost of reflection.
        }
        if (KnownRole?.FullName != _claim.Role)
        {
            KnownRole = typeof(ClaimedProcess).Assembly.GetType(_claim.Role, throwOnError: true)!;
        }
        return (IClaimedRole)Activator.CreateInstance(KnownRole, nonPublic: true)!;
    }

    /// <summary>
    /// From now on the end of the connection ends this process: the second line behind the kernel's parent-death signal, which
    /// a change of the user id clears.
    /// </summary>
    public void WatchParent() => Kernel.EventLoop.Watch(Control.Handle, Receive);

    private void Receive()
    {
        _buffer ??= new byte[ControlProtocol.LargestMessage];
        switch (Control.Receive(_buffer, out int length, out KernelHandle[] handles, wait: false))
        {
            case ReceiveOutcome.PeerGone:
                Kernel.Lifetime.ExitNow(WorkerGuard.FailedStartCode);
                break;
            case ReceiveOutcome.Received when _buffer[0] == ControlProtocol.RootConnection:
                _connector.TakeAnswer(_buffer.AsSpan(0, length), handles);
                break;
            case ReceiveOutcome.Received when MessageReceived is { } handler:
                handler(_buffer.AsSpan(0, length), handles);
                break;
            default:
                foreach (KernelHandle handle in handles)
                {
                    handle.Dispose();
                }
                break;
        }
    }
}

/// <summary>Takes a message and the handles beside it, which it owns from then on.</summary>
internal delegate void ControlMessageHandler(ReadOnlySpan<byte> message, KernelHandle[] handles);
