using System.Reflection;
using Xunit.v3;

namespace Multiprocessing.Tests.Testing;

public sealed class TestRunTests
{
    private static readonly Type[] TestClasses =
        [.. typeof(TestRunTests).Assembly.GetTypes().Where(type => TestsOf(type).Any())];

    [Fact]
    public void Every_test_class_is_watched_for_leaks()
    {
        var behavior = typeof(TestRunTests).Assembly.GetCustomAttribute<CollectionBehaviorAttribute>();
        Assert.Equal(typeof(TestRun.CollectionFactory), behavior!.CollectionFactoryType);
        Assert.Contains(typeof(IClassFixture<LeakTracker>), typeof(TestRun.EveryClass).GetInterfaces());

        // A class in a collection of its own choice would escape.
        Assert.DoesNotContain(TestClasses, type => type.GetCustomAttributes().Any(attribute => attribute is ICollectionAttribute));
        Assert.Contains("watched for leaks", TestContext.Current.TestCollection!.TestCollectionDisplayName, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_test_has_a_time_limit() =>
        Assert.DoesNotContain(TestClasses.SelectMany(TestsOf), method => method.GetCustomAttributes().OfType<IFactAttribute>().Any(fact => fact.Timeout <= 0));

    private static IEnumerable<MethodInfo> TestsOf(Type type) => type
        .GetMethods(BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
        .Where(method => method.GetCustomAttributes().Any(attribute => attribute is IFactAttribute));
}
