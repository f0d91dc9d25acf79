using System.Reflection;
using Xunit.v3;

namespace Multiprocessing.Tests.Testing;

public sealed class TestRunTests : TestRunContract;

/// <summary>What holds for every test of the assembly that the deriving class is in.</summary>
public abstract class TestRunContract
{
    private readonly Type[] _testClasses;

    protected TestRunContract() => _testClasses = [.. GetType().Assembly.GetTypes().Where(type => TestsOf(type).Any())];

    [Fact]
    public void Every_test_class_is_watched_for_leaks()
    {
        var behavior = GetType().Assembly.GetCustomAttribute<CollectionBehaviorAttribute>();
        Assert.Equal(typeof(TestRun.CollectionFactory), behavior!.CollectionFactoryType);
        Assert.Contains(typeof(IClassFixture<LeakTracker>), typeof(TestRun.EveryClass).GetInterfaces());

        // A class in a collection of its own choice would escape.
        Assert.DoesNotContain(_testClasses, type => type.GetCustomAttributes().Any(attribute => attribute is ICollectionAttribute));
        Assert.Contains("watched for leaks", TestContext.Current.TestCollection!.TestCollectionDisplayName, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_test_has_a_time_limit() =>
        Assert.DoesNotContain(_testClasses.SelectMany(TestsOf), method => method.GetCustomAttributes().OfType<IFactAttribute>().Any(fact => fact.Timeout <= 0));

    private static IEnumerable<MethodInfo> TestsOf(Type type) => type
        .GetMethods(BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
        .Where(method => method.GetCustomAttributes().Any(attribute => attribute is IFactAttribute));
}
