using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Multiprocessing.Platform.Linux;

/// <summary>Reading and writing the small files by which the kernel shows control groups.</summary>
internal static unsafe class GroupFiles
{
    public static string[] ReadLines(string file)
    {
        try
        {
            return File.ReadAllLines(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return []; // Not on this system, or not for us to see.
        }
    }

    /// <summary>The number behind a name, in a file of such lines; 0 if there is none.</summary>
    public static long ReadNumber(string file, string name)
    {
        foreach (string line in ReadLines(file))
        {
            if (line.Length > name.Length && line[name.Length] == ' ' && line.StartsWith(name, StringComparison.Ordinal)
                && long.TryParse(line.AsSpan(name.Length + 1), CultureInfo.InvariantCulture, out long number))
            {
                return number;
            }
        }

        return 0;
    }

    /// <summary>Writes in one piece, which is what the kernel takes for one order.</summary>
    /// <exception cref="IOException">The kernel refused.</exception>
    /// <exception cref="UnauthorizedAccessException">We may not.</exception>
    public static void Write(string file, string text)
    {
        using SafeFileHandle handle = File.OpenHandle(file, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        RandomAccess.Write(handle, Encoding.ASCII.GetBytes(text), 0);
    }

    public static void Write(string file, long number) => Write(file, number.ToString(CultureInfo.InvariantCulture));

    /// <summary>Whether the manager of control groups has given this one, and all below it, away.</summary>
    public static bool IsDelegated(string folder)
    {
        byte* value = stackalloc byte[8];
        foreach (string name in (ReadOnlySpan<string>)["user.delegate", "trusted.delegate"])
        {
            if (Libc.GetAttribute(folder, name, value, 8) == 1 && *value == (byte)'1')
            {
                return true;
            }
        }

        return false;
    }
}
