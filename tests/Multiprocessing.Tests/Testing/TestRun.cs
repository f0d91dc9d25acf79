using Multiprocessing.Platform.Linux;
using Multiprocessing.Tests.Processes.Hosts;
using Multiprocessing.Tests.Testing;
using Xunit.Sdk;
using Xunit.v3;

// One class at a time: what a class leaves behind can then be told from what another one is using.
[assembly: CollectionBehavior(typeof(TestRun.CollectionFactory))]
[assembly: Parallelization(Mode = ParallelMode.None)]
[assembly: AssemblyFixture(typeof(TestRun))]

namespace Multiprocessing.Tests.Testing;

/// <summary>
/// What holds for the whole run: a temporary folder of its own, so that everything in it is ours; a mark in the environment, by which
/// processes are known as ours although they lost their parent; and every test class is watched for leaks without asking for it.
/// </summary>
public sealed class TestRun : IDisposable
{
    internal const string Mark = "MULTIPROCESSING_TEST_RUN";

    internal static string MarkValue { get; } = Guid.NewGuid().ToString("N");

    /// <summary>The temporary folder of this process and all processes that it starts.</summary>
    internal static string TemporaryFolder { get; } = Directory.CreateTempSubdirectory("mp-run-").FullName;

    public TestRun()
    {
        NativeEnvironment.Set(Mark, MarkValue);
        // Tools look for the runtime's socket in the temporary folder.
        foreach (string socket in Directory.EnumerateFiles(Path.GetTempPath(), $"dotnet-diagnostic-{Environment.ProcessId}-*"))
        {
            File.CreateSymbolicLink(Path.Combine(TemporaryFolder, Path.GetFileName(socket)), socket);
        }
        NativeEnvironment.Set("TMPDIR", TemporaryFolder);
        // Read by the runtime of this process already; those that tests crash on purpose shall leave no dumps.
        NativeEnvironment.Set("DOTNET_DbgEnableMiniDump", null);
        NativeEnvironment.Set("COMPlus_DbgEnableMiniDump", null);
    }

    public void Dispose()
    {
        NativeEnvironment.Set("TMPDIR", null);
        HostPrograms.Remove();
        Directory.Delete(TemporaryFolder, recursive: true);
    }

    /// <summary>The fixtures of every test class.</summary>
    public sealed class EveryClass : IClassFixture<LeakTracker>;

    /// <summary>Puts every class into one collection, whose definition gives it the fixtures.</summary>
    public sealed class CollectionFactory(IXunitTestAssembly assembly) : IXunitTestCollectionFactory
    {
        private readonly XunitTestCollection _collection = new(assembly, typeof(EveryClass), true, "watched for leaks");

        public string DisplayName => _collection.TestCollectionDisplayName;

        public IXunitTestCollection Get(Type testClass) => _collection;
    }
}
