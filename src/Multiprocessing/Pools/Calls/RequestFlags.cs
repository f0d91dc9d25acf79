namespace Multiprocessing.Pools;

/// <summary>
/// The first byte of a request. It is followed by: the two cultures if named; the trace context; seed and index; the length of the head if detached; the head (symbol of the
/// call's type, delegate); the argument, if the call has one.
/// </summary>
[Flags]
internal enum RequestFlags : byte
{
    None = 0,

    /// <summary>The names of the cultures follow: they are not the pool's.</summary>
    HasCultures = 1,

    /// <summary>
    /// The delegate has no state: the head is a payload of its own, the same for every call, which both sides keep; the argument refers to
    /// nothing in it.
    /// </summary>
    IsDetached = 2,

    /// <summary>Seed and index (8 bytes each) of the task's random numbers follow the trace context.</summary>
    HasSeed = 4,

    /// <summary>The caller is being traced: the two strings of a <see cref="TraceContext"/> follow the cultures.</summary>
    HasTrace = 8,
}
