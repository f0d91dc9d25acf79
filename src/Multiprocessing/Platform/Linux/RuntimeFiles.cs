using System.Globalization;

namespace Multiprocessing.Platform.Linux;

/// <summary>Files that a runtime makes in the temporary folder and cannot remove when it is killed.</summary>
internal static class RuntimeFiles
{
    /// <summary>Removes what the ended process <paramref name="processId"/> left.</summary>
    public static void RemoveOf(int processId)
    {
        string id = processId.ToString(CultureInfo.InvariantCulture);
        foreach (string pattern in (ReadOnlySpan<string>)[$"dotnet-diagnostic-{id}-*", $"clr-debug-pipe-{id}-*"])
        {
            try
            {
                foreach (string file in Directory.EnumerateFiles(Path.GetTempPath(), pattern))
                {
                    File.Delete(file);
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The folder or the file is gone, or is not ours to clean: then there is nothing of ours left in it.
                return;
            }
        }
    }
}
