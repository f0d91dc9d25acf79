using System.Net;

namespace Multiprocessing;

/// <summary>How a <see cref="ConnectionListener"/> listens, and what its connections are like.</summary>
public sealed class ConnectionListenerOptions
{
    private int _backlog = 128;
    private int _maxUnaccepted = 64;

    /// <summary>The key and the limits of every connection. Default: no key.</summary>
    public ConnectionOptions Connection { get; set; } = new();

    /// <summary>How many clients the kernel lets wait, at most (it may have a lower limit of its own). Default: 128.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not positive.</exception>
    public int Backlog
    {
        get => _backlog;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            _backlog = value;
        }
    }

    /// <summary>
    /// How many clients may be proving their key, or be done with it and wait for <see cref="ConnectionListener.Accept"/>, at a time. A
    /// client that says nothing holds up nobody but itself. Default: 64.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Not positive.</exception>
    public int MaxUnaccepted
    {
        get => _maxUnaccepted;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            _maxUnaccepted = value;
        }
    }

    /// <summary>
    /// Called, on a thread of the pool, for each client that was turned away: with its address, if it has one, and why (a wrong key, a
    /// time-out, silence). A stranger cannot make <see cref="ConnectionListener.Accept"/> fail. Default: a warning is logged.
    /// </summary>
    public Action<EndPoint?, Exception>? OnRejected { get; set; }
}
