using System.Text;

namespace Multiprocessing.Tests.Testing.Leaks;

/// <summary>Files about processes and threads that may end at any moment.</summary>
internal static class ProcFile
{
    /// <summary>The content, or null if what the file is about is gone or not ours to see.</summary>
    public static byte[]? Read(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public static string? ReadText(string path) => Read(path) is { } content ? Encoding.UTF8.GetString(content) : null;

    public static string? ReadLink(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
