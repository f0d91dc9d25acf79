using System.Buffers.Text;
using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace Multiprocessing.Platform.Linux;

/// <summary>What /proc tells of a process (proc(5)). Whoever asks makes sure that the id still belongs to the process that is meant.</summary>
internal static class ProcessFiles
{
    // One line of numbers each, with a name of at most 64 bytes in "stat".
    private const int LongestLine = 1024;

    /// <summary>Resident memory that the process shares with nobody, in bytes; 0 if it is gone.</summary>
    public static long OwnResidentBytes(int processId)
    {
        Span<byte> line = stackalloc byte[LongestLine];
        ReadOnlySpan<byte> rest = Read(processId, "statm", line);

        // Fields: size, resident, shared, ... in pages. "Shared" is what lies in files and in shared memory.
        NextNumber(ref rest);
        long resident = NextNumber(ref rest);
        long shared = NextNumber(ref rest);
        return Math.Max(0, resident - shared) * Environment.SystemPageSize;
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

    private static long NextNumber(ref ReadOnlySpan<byte> text)
    {
        if (!Utf8Parser.TryParse(text, out long number, out int length))
        {
            return 0;
        }

        text = text[Math.Min(text.Length, length + 1)..];
        return number;
    }
}
