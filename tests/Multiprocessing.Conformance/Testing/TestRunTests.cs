using Multiprocessing.Tests.Testing;
using Xunit.v3;

// The same rules as for the tests of the layers: one class at a time, each watched for leaks, each test with a limit.
[assembly: CollectionBehavior(typeof(TestRun.CollectionFactory))]
[assembly: Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
[assembly: AssemblyFixture(typeof(TestRun))]
[assembly: DumpWhenLate]

namespace Multiprocessing.Conformance.Testing;

public sealed class TestRunTests : TestRunContract;
