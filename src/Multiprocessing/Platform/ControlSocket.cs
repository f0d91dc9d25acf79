namespace Multiprocessing.Platform;

/// <summary>
/// One end of a private connection between two processes of a tree. Keeps the boundaries of messages, and carries handles
/// beside the bytes: the receiver gets handles of its own for the same kernel objects. Sending is safe from many threads;
/// receiving is for one thread at a time.
/// </summary>
internal abstract class ControlSocket : IDisposable
{
    /// <summary>The longest message, in bytes.</summary>
    public const int MaxMessage = 64 * 1024;

    /// <summary>The most handles beside one message.</summary>
    public const int MaxHandles = 16;

    /// <summary>The handle to watch for readiness.</summary>
    public abstract KernelHandle Handle { get; }

    /// <summary>
    /// The id of the process that sent the message received last, as the kernel saw it at the time of sending; 0 unless
    /// <see cref="IdentifySenders"/> was on when that message was sent.
    /// </summary>
    public abstract int LastSender { get; }

    /// <summary>
    /// Has the kernel note, or no longer note, beside each message which process sends it; the sender can neither forge nor omit it.
    /// Send nothing from this end meanwhile: on Linux that would give the socket a name.
    /// </summary>
    public abstract void IdentifySenders(bool on);

    /// <summary>Sends one message, waiting for room as long as the peer lives.</summary>
    /// <returns><see langword="false"/> if the peer is gone.</returns>
    public bool Send(ReadOnlySpan<byte> message, params ReadOnlySpan<KernelHandle> handles) =>
        Send(message, handles, wait: true) == SendOutcome.Sent;

    /// <summary>Sends one message if there is room for it just now; a stopped peer cannot block the caller.</summary>
    public SendOutcome TrySend(ReadOnlySpan<byte> message, params ReadOnlySpan<KernelHandle> handles) =>
        Send(message, handles, wait: false);

    /// <summary>Receives one message.</summary>
    /// <param name="buffer">At least <see cref="MaxMessage"/> bytes, or as long as the longest expected message: a longer one is cut off.</param>
    /// <param name="length">The message's length in bytes.</param>
    /// <param name="handles">What came beside it; the caller owns and closes them.</param>
    /// <param name="wait">Whether to wait for a message.</param>
    public abstract ReceiveOutcome Receive(Span<byte> buffer, out int length, out KernelHandle[] handles, bool wait);

    public abstract void Dispose();

    protected abstract SendOutcome Send(ReadOnlySpan<byte> message, ReadOnlySpan<KernelHandle> handles, bool wait);
}

internal enum SendOutcome
{
    Sent,
    NoRoom,
    PeerGone,
}

internal enum ReceiveOutcome
{
    Received,
    Nothing,
    PeerGone,
}
