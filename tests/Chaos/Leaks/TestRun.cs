using Multiprocessing.Platform.Linux;

namespace Multiprocessing.Tests.Testing;

/// <summary>What the search for leaks, which the tests have too, wants to know: a folder and a mark of this run's own.</summary>
internal static class TestRun
{
    internal const string Mark = "MULTIPROCESSING_CHAOS_RUN";

    internal static string MarkValue { get; } = Guid.NewGuid().ToString("N");

    internal static string TemporaryFolder { get; } = Directory.CreateTempSubdirectory("mp-chaos-").FullName;

    internal static void Begin()
    {
        NativeEnvironment.Set(Mark, MarkValue);
        NativeEnvironment.Set("TMPDIR", TemporaryFolder);
    }

    internal static void End() => Directory.Delete(TemporaryFolder, recursive: true);
}
