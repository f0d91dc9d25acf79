#if UNOPTIMIZED
namespace Multiprocessing.Tests.Serialization.Closures.Unoptimized;
#else
namespace Multiprocessing.Tests.Serialization.Closures.Optimized;
#endif

using System.Runtime.InteropServices;

public static partial class Lambdas
{
    private static (Delegate, string) LocalFunctions(int y)
    {
        var other = new object();
        var z = 2;
        Use(() => other);
        return Case(() => Twice(y), "y z");

        int Twice(int x) => Add(x) + Add(x);
        int Add(int x) => x + z;
    }

    private static (Delegate, string) MutualRecursion(int y)
    {
        var other = new object();
        int a = 1, b = 2;
        Use(() => other);
        return Case(() => Even(y), "y a b");

        bool Even(int n) => n < a || Odd(n - a);
        bool Odd(int n) => n >= b && Even(n - 1);
    }

    private static (Delegate, string) StructClosure(int y)
    {
        var other = new object();
        var z = 2;
        Use(() => other);
        return Case(() =>
        {
            var own = 1;
            if (y > 0)
            {
                var deeper = own + 1;
                Add();
                Copy(ref deeper);

                void Add() => own += y + deeper + Invoke();
                static void Copy(ref int x) => x++;
            }
            return own;

            int Invoke() => z + own;
        }, "y z");
    }

    private static (Delegate, string) Iterator(int count)
    {
        var other = new object();
        var step = 2;
        Use(() => other);
        return Case(() => Numbers().Sum() + GetProcessId(), "count step");

        IEnumerable<int> Numbers()
        {
            for (var i = 0; i < count; i++)
            {
                yield return i * step;
            }
        }

        [DllImport("libc", EntryPoint = "getppid")]
        static extern int GetProcessId();
    }

    private static IEnumerable<(Delegate, string)> InIterator(int y)
    {
        var other = new object();
        Use(() => other);
        yield return Case(() => y + 1, "y");
    }

    private static (Delegate, string) Generic<T>(T value)
    {
        var other = new object();
        var list = new List<T>();
        Use(() => other);
        return Case(() =>
        {
            list.Add(value);
            return list.Select(x => (x, value)).ToArray().Length;
        }, "value list");
    }

    private static (Delegate, string) GenericLocalFunction(int y)
    {
        var other = new object();
        var text = "a";
        Use(() => other);
        return Case(() => Of(y) + Of(text.AsMemory()), "y text");

        string Of<T>(T value)
        {
            Func<string> inner = () => $"{value}{text}";
            return inner();
        }
    }

    private static class GenericClass<T>
    {
        internal static (Delegate, string) Nested(T value)
        {
            var other = new object();
            var grid = new T[2, 2];
            Use(() => other);
            {
                var inner = value;
                var otherInner = value;
                Use(() => (other, otherInner));
                return Case(() =>
                {
                    grid[0, 1] = inner;
                    return Pair(grid[1, 0]);
                }, "grid inner value");
            }

            (T, TOther) Pair<TOther>(TOther second) => (value, second);
        }
    }

    private sealed class Instance
    {
        private readonly int _number = 3;

        internal (Delegate, string) WithThis(int y)
        {
            var other = new object();
            Use(() => other);
            return Case(() => y + _number, "y <>4__this");
        }

        internal (Delegate, string) WithoutThis(int y)
        {
            var other = new object();
            Use(() => (other, _number, y));
            return Case(() => y + 1, "y");
        }

        internal (Delegate, string) ThisByInnerLambda(int y)
        {
            var other = new object();
            Use(() => other);
            return Case(() => new[] { 1, 2 }.Select(x => x + _number + y).Sum(), "y <>4__this");
        }

        internal (Delegate, string) AsyncWithThis(int y)
        {
            var other = new object();
            Use(() => other);
            return Case(async () =>
            {
                await Task.Yield();
                return y + _number;
            }, "y <>4__this");
        }
    }
}
