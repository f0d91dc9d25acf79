#if UNOPTIMIZED
namespace Multiprocessing.Tests.Serialization.Closures.Unoptimized;
#else
namespace Multiprocessing.Tests.Serialization.Closures.Optimized;
#endif

using System.Linq.Expressions;

public static partial class Lambdas
{
    private static (Delegate, string) Neighbours(int y)
    {
        using var otherPool = new MemoryStream();
        using var otherStream = File.OpenRead(typeof(Lambdas).Assembly.Location);
        using var otherCancellation = new CancellationTokenSource();
        Use(() => otherPool.Position, () => otherStream.Length, () => otherCancellation.Token);
        return Case(() => y + 1, "y");
    }

    private static (Delegate, string) ParentScope(int outer)
    {
        using var otherStream = new MemoryStream();
        Use(() => otherStream.Length);
        {
            var inner = outer + 1;
            var otherInner = new object();
            Use(() => otherInner, () => otherStream);
            return Case(() => inner + outer, "inner outer");
        }
    }

    private static (Delegate, string) GrandParentScope(int first)
    {
        var other1 = new object();
        Use(() => other1);
        foreach (var second in new[] { first })
        {
            var other2 = new object();
            Use(() => (other2, second));
            foreach (var third in new[] { second })
            {
                var other3 = new object();
                Use(() => (other3, other2, other1, second));
                return Case(() => third + first, "third first");
            }
        }
        throw new InvalidOperationException();
    }

    private static (Delegate, string) LambdaInLambda(int y)
    {
        var other = new object();
        var z = 5;
        Use(() => other);
        return Case(() =>
        {
            var local = 3;
            Func<int, int> inner = x => x + local + Enumerable.Range(0, y).Sum(i => i + z);
            return inner(1);
        }, "y z");
    }

    private static (Delegate, string) CachedInnerLambda(int y)
    {
        var other = new object();
        Use(() => other);
        return Case(() => Enumerable.Range(0, 4).Select(i => i + y).Sum(), "y");
    }

    private static (Delegate, string) TernariesAndHandlers(int y)
    {
        var other = new object();
        string? text = "a";
        int? maybe = null;
        Use(() => other);
        return Case(() =>
        {
            try
            {
                y = text is { Length: > 3 } ? y + 1 : (maybe ?? (text == "a" ? 7 : y));
                text ??= $"{y}:{(maybe.HasValue ? maybe.Value : y)}";
                return checked(text.Length + (y > 3 && maybe is null ? y : -y));
            }
            catch (OverflowException e) when (e.Message.Length > y)
            {
                return maybe ?? throw new InvalidOperationException(text, e);
            }
            finally
            {
                maybe = y > 0 ? y : null;
            }
        }, "y text maybe");
    }

    private static (Delegate, string) StringSwitch(string key)
    {
        var other = new object();
        int a = 1, b = 2, c = 3, rest = 4;
        Use(() => other);
        return Case(() => key switch { "a" => a, "b" => b, "c" => c, "d" or "e" or "f" or "g" or "h" => a + b, _ => rest }, "key a b c rest");
    }

    private static (Delegate, string) WritesOnly()
    {
        object? other = null;
        object? result = null;
        Use(() => other, () => result);
        return Case(() => { result = 3; }, "result");
    }

    private static (Delegate, string) ByReference(int counter)
    {
        var other = new object();
        Use(() => other);
        return Case(() => Interlocked.Increment(ref counter), "counter");
    }

    private static (Delegate, string) InStruct(int y)
    {
        var point = (X: y, Y: 2);
        var other = (1, new object());
        Use(() => other.Item2);
        return Case(() => point.X + point.ToString().Length, "point");
    }

    private static (Delegate, string) Query(int[] numbers)
    {
        var other = new object();
        var factor = 3;
        Use(() => other);
        return Case(() => (from n in numbers let m = n * factor from k in numbers where k > m - factor orderby k select m + k).Sum(), "numbers factor");
    }

    private static (Delegate, string) ExpressionTree(int y)
    {
        var other = new object();
        Use(() => other);
        return Case(() =>
        {
            Expression<Func<int>> tree = () => y + 1;
            return tree.Compile(preferInterpretation: true)();
        }, "y");
    }

    private static (Delegate, string) LoopVariable(int[] numbers)
    {
        var other = new object();
        var lambdas = new List<Delegate>();
        foreach (var n in numbers)
        {
            lambdas.Add(() => n);
            Use(() => (other, n));
        }
        return Case(lambdas[1], "n");
    }

    private static (Delegate, string) CapturedDelegate(int y)
    {
        var other = new object();
        Func<int> first = () => y;
        Use(() => other);
        return Case(() => first() + 1, "first");
    }
}
