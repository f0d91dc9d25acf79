namespace Multiprocessing.Serialization;

/// <summary>Takes the large blocks of a payload (arrays of unmanaged elements, strings) out of its body.</summary>
internal abstract class LargeBufferSink
{
    /// <summary>Blocks of fewer bytes stay in the body.</summary>
    public const int Threshold = 64 * 1024;

    /// <summary>Bytes of all buffers that were rented for this payload.</summary>
    public virtual long TotalLength => 0;

    /// <summary>Whether it takes a block of that many bytes now; if not it stays in the body.</summary>
    public virtual bool Takes(long length) => length >= Threshold;

    /// <summary>Memory of exactly <paramref name="length"/> bytes to copy into; the index goes into the body.</summary>
    public abstract Span<byte> Rent(long length, out int index);

    /// <summary>
    /// Ends a payload: what was rented goes to the returned object, which its owner disposes of; null if nothing was. The sink can
    /// then take the next payload.
    /// </summary>
    public virtual IDisposable? Detach() => null;
}

/// <summary>Gives back what the sender's <see cref="LargeBufferSink"/> took.</summary>
internal abstract class LargeBufferSource
{
    /// <summary>Bytes of all blocks.</summary>
    public virtual long TotalLength => 0;

    /// <summary>The block of that index, valid while the payload is being read. Throws <see cref="PayloadException"/> if there is none.</summary>
    public abstract ReadOnlySpan<byte> Get(int index);
}
