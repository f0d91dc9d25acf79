#if UNOPTIMIZED
namespace Multiprocessing.Tests.Serialization.Closures.Unoptimized;
#else
namespace Multiprocessing.Tests.Serialization.Closures.Optimized;
#endif

/// <summary>
/// Lambdas whose closures hold more than they use. Each comes with the names of the captured variables that it reaches;
/// everything that must not be reached is called <c>other…</c>. Compiled twice, with and without optimization.
/// </summary>
public static partial class Lambdas
{
    public static (Delegate Lambda, string Reaches)[] All() =>
    [
        Neighbours(1), ParentScope(1), GrandParentScope(1), LambdaInLambda(1), CachedInnerLambda(1), LocalFunctions(1), MutualRecursion(3),
        StructClosure(1), TernariesAndHandlers(1), StringSwitch("b"), WritesOnly(), ByReference(1), InStruct(1), Query([1, 2]), ExpressionTree(1),
        LoopVariable([1, 2, 3]), CapturedDelegate(1), AsyncLambda(1), AsyncInParentScope(1), AsyncLocalFunction(1), AsyncStream(1), Iterator(2),
        InAsyncMethod(1).GetAwaiter().GetResult(), InIterator(1).Single(), Generic("x"), GenericLocalFunction(1), GenericAsync(5),
        Generic<Dictionary<string, int>>([]), GenericClass<int>.Nested(1), new Instance().WithThis(1), new Instance().WithoutThis(1),
        new Instance().ThisByInnerLambda(1), new Instance().AsyncWithThis(1),
    ];

    private static void Use(params Delegate[] neighbours) => GC.KeepAlive(neighbours);

    private static (Delegate, string) Case(Delegate lambda, string reaches) => (lambda, reaches);
}
