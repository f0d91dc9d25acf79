using System.Globalization;

namespace Multiprocessing.Conformance.Expectations;

/// <summary>All that is declared.</summary>
internal static class Catalog
{
    public static IReadOnlyList<Area> Areas { get; } =
    [
        new ProcessArea(), new StartArea(), new PoolArea(), new ExecutorArea(), new FutureArea(), new SynchronizationArea(), new SharedMemoryArea(),
        new QueueArea(), new ConnectionArea(), new ManagerArea(), new SupportArea(),
    ];

    public static IEnumerable<Expectation> All => Areas.SelectMany(area => area.Expectations);

    /// <summary>How many of CPython's tests are in a state.</summary>
    public static int Count(Conformity state) => All.Where(one => one.State == state).Sum(one => one.PythonTests.Count);

    public static string Summary { get; } = string.Create(CultureInfo.InvariantCulture,
        $"{Count(Conformity.Same)} the same, {Count(Conformity.Differs)} different on purpose, {Count(Conformity.NotBuilt)} of things that are not built, {Count(Conformity.NotApplicable)} not applicable");
}
