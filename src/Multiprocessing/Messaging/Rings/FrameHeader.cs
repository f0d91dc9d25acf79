namespace Multiprocessing.Messaging.Rings;

/// <summary>
/// The eight bytes before each frame of a ring: bits 0-31 the length of the payload in bytes, bits 32-39 the kind, bits 40-47
/// the state. One word, so that a frame can be taken or revoked by one compare-and-swap.
/// </summary>
internal readonly record struct FrameHeader(ulong Bits)
{
    public const int Size = sizeof(ulong);

    public FrameHeader(int length, FrameKind kind, FrameState state)
        : this((uint)length | ((ulong)kind << 32) | ((ulong)state << 40))
    {
    }

    public int Length => (int)(uint)Bits;

    public FrameKind Kind => (FrameKind)(byte)(Bits >> 32);

    public FrameState State => (FrameState)(byte)(Bits >> 40);

    /// <summary>The space that a frame with a payload of <paramref name="length"/> bytes takes in a ring.</summary>
    public static int Footprint(int length) => Size + ((length + 7) & ~7);

    public FrameHeader With(FrameState state) => new(Length, Kind, state);
}

internal enum FrameKind : byte
{
    /// <summary>Nothing: fills the rest of the ring before the next frame starts at its beginning.</summary>
    Padding = 0,

    /// <summary>The name of a type or method: its number (4 bytes), then the definition.</summary>
    Symbol = 1,

    /// <summary>A task, or the outcome of one.</summary>
    Task = 2,

    /// <summary>The worker has run its initializer and waits for tasks.</summary>
    Ready = 3,

    /// <summary>The worker's initializer threw; the payload is the exception.</summary>
    InitializerFailed = 4,

    /// <summary>No more tasks will come.</summary>
    Complete = 5,

    /// <summary>Something that the worker says beside its answers; in the ring for reports only.</summary>
    Report = 6,

    /// <summary>The outcome of one item of a batch.</summary>
    Item = 7,
}

internal enum FrameState : byte
{
    Ready = 1,

    /// <summary>The consumer has begun with it.</summary>
    Taken = 2,

    /// <summary>The producer has taken it back before the consumer began with it.</summary>
    Revoked = 3,
}
