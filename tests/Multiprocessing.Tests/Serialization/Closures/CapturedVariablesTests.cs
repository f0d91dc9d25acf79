using System.Reflection;
using Multiprocessing.Serialization.Closures;
using OptimizedLambdas = Multiprocessing.Tests.Serialization.Closures.Optimized.Lambdas;
using UnoptimizedLambdas = Multiprocessing.Tests.Serialization.Closures.Unoptimized.Lambdas;

namespace Multiprocessing.Tests.Serialization.Closures;

public class CapturedVariablesTests
{
    public static TheoryData<bool, string> Lambdas()
    {
        var rows = new TheoryData<bool, string>();
        var cases = OptimizedLambdas.All();
        for (var i = 0; i < cases.Length; i++)
        {
            rows.Add(true, Name(i, cases[i].Lambda));
            rows.Add(false, Name(i, cases[i].Lambda));
        }
        return rows;
    }

    [Theory]
    [MemberData(nameof(Lambdas))]
    public void A_lambda_reaches_the_variables_that_its_code_uses_and_no_other(bool optimized, string name)
    {
        var (lambda, reaches) = Find(optimized, name);
        var reach = CapturedVariables.Of(lambda.Method);

        Assert.False(reach.IsEverything);
        Assert.Equal(reaches.Split(' ').Order(), Closures(lambda.Target!, reach).SelectMany(c => reach.FieldsOf(c.GetType()))
            .Where(f => !CapturedVariables.IsClosure(f.FieldType)).Select(f => f.Name).Order());
    }

    [Theory]
    [MemberData(nameof(Lambdas))]
    public async Task A_lambda_over_a_copy_of_what_it_reaches_gives_the_same_result(bool optimized, string name)
    {
        var expected = await Result(Find(optimized, name).Lambda);
        var lambda = Find(optimized, name).Lambda;
        var copy = Copy(lambda.Target!, CapturedVariables.Of(lambda.Method));

        Assert.Equal(expected, await Result(Delegate.CreateDelegate(lambda.GetType(), copy, lambda.Method)));
    }

    [Fact]
    public void The_fields_of_a_closure_are_found_by_method_and_type()
    {
        var (lambda, _) = Find(true, "Neighbours");

        var field = Assert.Single(CapturedVariables.ReachableFrom(lambda.Method, lambda.Target!.GetType()));
        Assert.Equal("y", field.Name);
        Assert.Same(CapturedVariables.Of(lambda.Method), CapturedVariables.Of(lambda.Method));
    }

    [Fact]
    public void Instantiations_of_a_generic_closure_have_fields_of_their_own()
    {
        Delegate ofText = Of("a"), ofNumber = Of(1);

        Assert.Equal(typeof(string), Assert.Single(CapturedVariables.ReachableFrom(ofText.Method, ofText.Target!.GetType())).FieldType);
        Assert.Equal(typeof(int), Assert.Single(CapturedVariables.ReachableFrom(ofNumber.Method, ofNumber.Target!.GetType())).FieldType);

        static Func<T> Of<T>(T value)
        {
            var neighbour = new object();
            GC.KeepAlive(() => neighbour);
            return () => value;
        }
    }

    [Fact]
    public void A_method_that_is_not_of_a_closure_reaches_everything()
    {
        var toString = new StringWriter().ToString;

        Assert.True(CapturedVariables.Of(toString.Method).IsEverything);
        Assert.Equal(
            typeof(Version).GetFields(BindingFlags.Instance | BindingFlags.NonPublic).Length,
            CapturedVariables.ReachableFrom(toString.Method, typeof(Version)).Length);
    }

    [Fact]
    public async Task Many_threads_get_the_same_answer()
    {
        foreach (var (lambda, _) in UnoptimizedLambdas.All())
        {
            using var start = new Barrier(4);
            var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(
                () =>
                {
                    start.SignalAndWait();
                    return CapturedVariables.ReachableFrom(lambda.Method, lambda.Target!.GetType());
                },
                TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
            Assert.All(answers, a => Assert.Equal(answers[0], a));
        }
    }

    internal static (Delegate Lambda, string Reaches) Find(bool optimized, string name)
    {
        var cases = optimized ? OptimizedLambdas.All() : UnoptimizedLambdas.All();
        return cases.Where((c, i) => Name(i, c.Lambda) == name).First();
    }

    // The compiler's name of a lambda begins with that of the method around it; the same method can give several.
    private static string Name(int index, Delegate lambda)
    {
        var outer = lambda.Method.Name.Split('<', '>')[1];
        return outer is "Generic" ? $"{outer}{index}" : outer;
    }

    private static IEnumerable<object> Closures(object closure, ClosureReach reach) =>
        reach.FieldsOf(closure.GetType()).Where(f => CapturedVariables.IsClosure(f.FieldType))
            .SelectMany(f => Closures(f.GetValue(closure)!, reach)).Prepend(closure);

    private static object Copy(object closure, ClosureReach reach)
    {
        var copy = Activator.CreateInstance(closure.GetType())!;
        foreach (var field in reach.FieldsOf(closure.GetType()))
        {
            var value = field.GetValue(closure);
            field.SetValue(copy, CapturedVariables.IsClosure(field.FieldType) ? Copy(value!, reach) : value);
        }
        return copy;
    }

    internal static async Task<object?> Result(Delegate lambda)
    {
        var result = lambda.DynamicInvoke();
        if (result is not Task task)
        {
            return result is ValueTask<int> value ? await value : result;
        }
        await task;
        return task.GetType().GetProperty("Result")!.GetValue(task);
    }
}
