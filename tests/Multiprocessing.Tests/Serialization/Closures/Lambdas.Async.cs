#if UNOPTIMIZED
namespace Multiprocessing.Tests.Serialization.Closures.Unoptimized;
#else
namespace Multiprocessing.Tests.Serialization.Closures.Optimized;
#endif

public static partial class Lambdas
{
    private static (Delegate, string) AsyncLambda(int y)
    {
        var other = new object();
        var z = 2;
        Use(() => other);
        return Case(async () =>
        {
            await Task.Yield();
            var sum = 0;
            foreach (var i in Enumerable.Range(0, 3))
            {
                sum += await Task.FromResult(i + y);
            }
            return sum + await Task.Run(() => z);
        }, "y z");
    }

    private static (Delegate, string) AsyncInParentScope(int y)
    {
        var other = new object();
        Use(() => other);
        {
            var inner = 2;
            var otherInner = new object();
            Use(() => (other, otherInner));
            return Case(async () =>
            {
                await Task.Yield();
                return inner + await Task.Run(async () =>
                {
                    await Task.Yield();
                    return y;
                });
            }, "inner y");
        }
    }

    private static (Delegate, string) AsyncLocalFunction(int y)
    {
        var other = new object();
        Use(() => other);
        return Case(() => AddAsync(1), "y");

        async ValueTask<int> AddAsync(int x)
        {
            await Task.Yield();
            return x + y;
        }
    }

    private static (Delegate, string) AsyncStream(int y)
    {
        var other = new object();
        Use(() => other);
        return Case(async () =>
        {
            var sum = 0;
            await foreach (var i in Numbers())
            {
                sum += i;
            }
            return sum;
        }, "y");

        async IAsyncEnumerable<int> Numbers()
        {
            await Task.Yield();
            yield return y;
        }
    }

    private static async Task<(Delegate, string)> InAsyncMethod(int y)
    {
        await Task.Yield();
        var other = new object();
        var z = y + 1;
        Use(() => other);
        await Task.Yield();
        return Case(() => y + z, "y z");
    }

    private static (Delegate, string) GenericAsync<T>(T value)
    {
        var other = new object();
        Use(() => other);
        return Case(async () =>
        {
            await Task.Yield();
            return await LaterAsync(value);
        }, "value");

        async Task<(T, TOther)> LaterAsync<TOther>(TOther second)
        {
            await Task.Yield();
            return (value, second);
        }
    }
}
