using System.Buffers.Text;
using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace Multiprocessing.Platform.Linux;

/// <summary>What /proc tells of a process (proc(5)). Whoever asks makes sure that the id still belongs to the process that is meant.</summary>
internal static class ProcessFiles
{
    // One line of numbers each, with a name of at most 64 bytes in "stat".
    private const int LongestLine = 1024;

    // Some 60 lines; those about memory come before the lists of processors, which may be long.
    private const int LongestStatus = 4096;

    /// <summary>What memory a process uses; nothing if it is gone.</summary>
    public static ProcessMemory MemoryOf(int processId)
    {
        Span<byte> buffer = stackalloc byte[LongestStatus];
        ReadOnlySpan<byte> status = Read(processId, "status", buffer);
        return new ProcessMemory(Kilobytes(status, "RssAnon:"u8) + Kilobytes(status, "VmSwap:"u8), Kilobytes(status, "VmHWM:"u8));
    }

    /// <summary>Whether the process does not run because somebody stopped it: by a signal, or with a debugger.</summary>
    public static bool IsStopped(int processId)
    {
        Span<byte> line = stackalloc byte[LongestLine];
        ReadOnlySpan<byte> text = Read(processId, "stat", line);
        int state = text.LastIndexOf((byte)')') + 2;
        return state >= 2 && state < text.Length && text[state] is (byte)'T' or (byte)'t';
    }

    private static ReadOnlySpan<byte> Read(int processId, string name, Span<byte> buffer)
    {
        try
        {
            using SafeFileHandle file = File.OpenHandle(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/{name}"));
            return buffer[..RandomAccess.Read(file, buffer, 0)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return []; // It is gone.
        }
    }

    /// <summary>A line of "status" such as <c>VmHWM:	    1736 kB</c>, in bytes.</summary>
    private static long Kilobytes(ReadOnlySpan<byte> status, ReadOnlySpan<byte> name)
    {
        int start = status.IndexOf(name);
        ReadOnlySpan<byte> value = start < 0 ? [] : status[(start + name.Length)..].TrimStart(" \t"u8);
        return Utf8Parser.TryParse(value, out long number, out int _) ? number * 1024 : 0;
    }
}
