namespace Multiprocessing;

/// <summary>How a <see cref="Connection"/> is made. Both ends choose for themselves, but must have the same key.</summary>
public sealed class ConnectionOptions
{
    /// <summary>The largest message there can be, in bytes.</summary>
    public const int LargestMessage = 0x7FFF_FFC7 - 12;

    private int _maxMessageLength = LargestMessage;
    private TimeSpan _handshakeTimeout = TimeSpan.FromSeconds(10);

    /// <summary>
    /// A secret that both ends must know: each proves it to the other before the first message, by HMAC over a random challenge, in the
    /// wire format of CPython's <c>multiprocessing.connection</c>. An empty key is a key. Default: <see langword="null"/>, no proof.
    /// </summary>
    public byte[]? AuthenticationKey { get; set; }

    /// <summary>
    /// Whether a peer may prove its knowledge of the key by HMAC-MD5, as CPython before 3.12 does; newer ones use SHA-256 in any case.
    /// Default: <see langword="true"/>.
    /// </summary>
    public bool AllowMd5 { get; set; } = true;

    /// <summary>How long connecting and the proofs of both sides may take together. Default: 10 s.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not positive, and not infinite.</exception>
    public TimeSpan HandshakeTimeout
    {
        get => _handshakeTimeout;
        set => _handshakeTimeout = value > TimeSpan.Zero || value == Timeout.InfiniteTimeSpan
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "A time-out is positive or infinite.");
    }

    /// <summary>
    /// A longer message from the peer, in bytes, is refused unread, and nothing more is received. Default: <see cref="LargestMessage"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative, or more than <see cref="LargestMessage"/>.</exception>
    public int MaxMessageLength
    {
        get => _maxMessageLength;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, LargestMessage);
            _maxMessageLength = value;
        }
    }

    /// <summary>
    /// Whether <see cref="Connection.Receive{T}"/> takes objects from a peer that has proved nothing. Whoever sends objects decides which
    /// types of this program are loaded and created. Default: <see langword="false"/>; bytes can always be received.
    /// </summary>
    public bool AllowObjectsWithoutKey { get; set; }

    /// <summary>With a key of its own: whoever gave it may wipe it out.</summary>
    internal ConnectionOptions Copy()
    {
        var copy = (ConnectionOptions)MemberwiseClone();
        copy.AuthenticationKey = (byte[]?)AuthenticationKey?.Clone();
        return copy;
    }
}
