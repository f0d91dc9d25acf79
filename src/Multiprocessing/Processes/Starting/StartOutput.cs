using System.Text;
using Multiprocessing.Platform;

namespace Multiprocessing.Processes;

/// <summary>
/// What a process writes to its standard streams before it is claimed: there should be nothing, so all of it is evidence. An
/// anonymous file of fixed size takes it, which needs no reader and cannot block the writer.
/// </summary>
internal sealed class StartOutput : IDisposable
{
    private const int Capacity = 64 * 1024;
    private const int LongestQuote = 4096;

    public KernelHandle File { get; } = Kernel.SharedMemory.Create(Capacity, "mp-start-output");

    /// <summary>The last of it for an error message; empty if there is none.</summary>
    public unsafe string Describe()
    {
        using MemoryMapping mapping = Kernel.SharedMemory.Map(File, Capacity, writable: false);
        var bytes = new ReadOnlySpan<byte>(mapping.Pointer, Capacity);
        bytes = bytes[..(bytes.LastIndexOfAnyExcept((byte)0) + 1)];
        string text = Encoding.UTF8.GetString(bytes[Math.Max(0, bytes.Length - LongestQuote)..]).Trim();
        return text.Length == 0 ? "; it wrote nothing" : $"; it wrote:{Environment.NewLine}{text}";
    }

    public void Dispose() => File.Dispose();
}
