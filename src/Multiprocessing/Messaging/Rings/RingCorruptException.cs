namespace Multiprocessing.Messaging.Rings;

/// <summary>The other side of a ring has written what no correct process writes: its memory cannot be trusted any more.</summary>
internal sealed class RingCorruptException : Exception
{
    public RingCorruptException()
        : this("corrupt")
    {
    }

    public RingCorruptException(string message)
        : base("The shared ring is corrupt: " + message)
    {
    }

    public RingCorruptException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
