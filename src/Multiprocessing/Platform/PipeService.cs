namespace Multiprocessing.Platform;

/// <summary>One-way streams of bytes, of which the writing end is given to a child.</summary>
internal abstract class PipeService
{
    /// <summary>A pipe; reading from it never blocks.</summary>
    public abstract (KernelHandle Read, KernelHandle Write) Create();

    /// <summary>A place to write to where nobody reads.</summary>
    public abstract KernelHandle OpenNull();

    /// <summary>Reads what is there.</summary>
    /// <returns>The number of bytes; 0 at the end of the stream; -1 if nothing is there yet.</returns>
    public abstract int Read(KernelHandle handle, Span<byte> buffer);
}
