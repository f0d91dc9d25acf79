namespace Multiprocessing;

/// <summary>How a <see cref="ProcessQueue{T}"/> is made.</summary>
public sealed class ProcessQueueOptions
{
    private int _capacity = 4096;
    private int _bufferSize = 1 << 20;
    private long _maxBytes = 64 << 20;

    /// <summary>How many items can wait at a time; who puts more waits. From 1 to 2^30. Default: 4,096.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of that range.</exception>
    public int Capacity
    {
        get => _capacity;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 1 << 30);
            _capacity = value;
        }
    }

    /// <summary>
    /// How many bytes of serialized items can wait at a time, also those of items that are too large for the buffer and lie in memory of
    /// their own; who puts more waits. An item that is larger waits until the queue is empty. From 1. Default: 64 MiB.
    /// </summary>
    /// <remarks>Such memory, up to 64 pieces of at most 4 MiB, stays with the queue and is used again by the next large items.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">Not positive.</exception>
    public long MaxBytes
    {
        get => _maxBytes;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            _maxBytes = value;
        }
    }

    /// <summary>
    /// Shared memory for the items that wait, in bytes; rounded up to a power of two of 64-byte cells. Who puts more waits. Pages that were
    /// never used cost nothing. From 4 KiB to 1 GiB. Default: 1 MiB.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of that range.</exception>
    public int BufferSize
    {
        get => _bufferSize;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1 << 12);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 1 << 30);
            _bufferSize = value;
        }
    }

    /// <summary>
    /// Whether an item stays leased to the process that took it until that calls <see cref="ProcessQueue{T}.TaskDone"/>: if it dies before,
    /// or disposes of the object by which it took it, another consumer gets the item. So each item is worked on at least once, while it is otherwise taken at most once. Needed for
    /// <see cref="ProcessQueue{T}.Join(CancellationToken)"/>. Leased items take up room. Default: <see langword="false"/>.
    /// </summary>
    public bool TracksCompletion { get; set; }
}
