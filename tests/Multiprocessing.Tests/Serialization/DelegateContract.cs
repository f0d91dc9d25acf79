using Multiprocessing.Serialization;

namespace Multiprocessing.Tests.Serialization;

public abstract class DelegateContract(bool emitted) : FieldAccess(emitted)
{
    private readonly int _factor = 3;

    public delegate int Custom(ref int value);

    public sealed class Holder<T>(T value)
    {
        public T Get() => value;

        public TOther Pick<TOther>(TOther other) => other;

#pragma warning disable CA1000
        public static string Name() => typeof(T).Name;
#pragma warning restore CA1000

        public Func<T> Lambda() => () => value;
    }

    private static int Twice(int x) => x * 2;

    private static int Bump(ref int value) => ++value;

    public int Scale(int x) => x * (_factor - 3 + 3);

    [Fact]
    public void Static_methods_and_lambdas_without_captures_arrive()
    {
        Assert.Equal(4, RoundTrip.Of<Func<int, int>>(Twice)(2));
        Assert.Equal(3, RoundTrip.Of<Func<int, int>>(x => x + 1)(2));
        Assert.Equal(3, RoundTrip.Of<Func<int, int>>(static x => x + 1)(2));
        Assert.Equal(5, RoundTrip.Of<Func<int, int>>(Math.Abs)(-5));
        Assert.Equal(6, ((Func<int, int>)RoundTrip.Of<Delegate>((Func<int, int>)Twice))(3));
        Assert.Equal("Int32", RoundTrip.Of<Func<string>>(Holder<int>.Name)());
        Assert.Equal("String", RoundTrip.Of<Func<string>>(Holder<string>.Name)());
        int number = 1;
        Assert.Equal(2, RoundTrip.Of<Custom>(Bump)(ref number));
        Assert.Null(RoundTrip.Of<Action?>(null));
    }

    [Fact]
    public void The_same_static_delegate_arrives_as_the_same_object()
    {
        Func<int, int> f = Twice;
        PayloadWriter writer = PayloadWriter.Rent();
        Serializer.Write(writer, f);
        Serializer.Write(writer, f);
        Assert.InRange(writer.Length, 4, 8);
        PayloadReader reader = new(writer.Written, RoundTrip.Symbols(writer.HighestSymbol));
        Assert.Same(
            Serializer.Read<Func<int, int>>(ref reader),
            Serializer.Read<Func<int, int>>(ref reader));
        writer.Return();
    }

    [Fact]
    public void Closures_over_locals_and_nested_scopes_arrive()
    {
        int outer = 10;
        Func<int, int> result = x => x;
        for (int i = 0; i < 3; i++)
        {
            int inner = i;
            result = x => (outer * 100) + (inner * 10) + x;
        }

        Assert.Equal(1025, RoundTrip.Of(result)(5));
        int Local(int x) => x + outer;
        Assert.Equal(12, RoundTrip.Of<Func<int, int>>(Local)(2));
        int Recursive(int n) => n <= 1 ? outer : n * Recursive(n - 1);
        Assert.Equal(60, RoundTrip.Of<Func<int, int>>(Recursive)(3));
    }

    [Fact]
    public void Closures_that_hold_their_own_delegate_arrive()
    {
        Func<int, int> factorial = null!;
        factorial = n => n <= 1 ? 1 : n * factorial(n - 1);
        Assert.Equal(120, RoundTrip.Of(factorial)(5));
    }

    [Fact]
    public void Instance_methods_arrive_with_their_object()
    {
        List<int> list = [1, 2];
        Assert.Equal(2, RoundTrip.Of<Func<int>>(() => list.Count)());
        Assert.True(RoundTrip.Of<Func<int, bool>>(list.Contains)(2));
        Assert.Equal("v", RoundTrip.Of<Func<string>>(new Holder<string>("v").Get)());
        Assert.Equal("v", RoundTrip.Of(new Holder<string>("v").Lambda())());
        Assert.Equal(4, RoundTrip.Of(new Holder<int>(4).Lambda())());
        Assert.Equal(2.5, RoundTrip.Of<Func<double, double>>(new Holder<int>(4).Pick)(2.5));
        Assert.Equal("x", RoundTrip.Of<Func<string, string>>(new Holder<int>(4).Pick)("x"));
        Assert.Equal("abc", RoundTrip.Of<Func<string>>("abc".ToString)());
        Assert.Equal("5", RoundTrip.Of<Func<string>>(5.ToString)());
        Assert.Equal([1], RoundTrip.Of<Func<List<int>>>(new[] { 1 }.ToList)());
    }

    [Fact]
    public void Open_instance_delegates_arrive()
    {
        Func<string, string> open = typeof(string).GetMethod("Trim", Type.EmptyTypes)!.CreateDelegate<Func<string, string>>();
        Assert.Equal("a", RoundTrip.Of(open)(" a "));
    }

    [Fact]
    public void Multicast_delegates_call_all_in_order()
    {
        List<string> calls = [];
        Action all = () => calls.Add("first");
        all += () => calls.Add("second");
        all += static () => { };
        Action copy = RoundTrip.Of(all);
        copy();
        Assert.Empty(calls);
        Assert.Equal(3, copy.GetInvocationList().Length);
        (Action, List<string>) pair = RoundTrip.Of((all, calls));
        pair.Item1();
        Assert.Equal(["first", "second"], pair.Item2);
    }

    [Fact]
    [Trait("PainPoint", "21")]
    public void Only_what_the_lambda_reaches_is_sent()
    {
        using CancellationTokenSource source = new();
        using MemoryStream stream = new();
        using SemaphoreSlim pool = new(1);
        int y = 4;
        Action neighbour = () =>
        {
            stream.WriteByte(1);
            pool.Release();
            source.Cancel();
        };
        Assert.Equal(5, RoundTrip.Of<Func<int>>(() => y + 1)());
        UnserializableException refused = Assert.Throws<UnserializableException>(() => RoundTrip.Of(neighbour));
        Assert.StartsWith("Cannot send captured variable `", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_delegates_on_one_closure_share_it_with_all_that_either_reaches()
    {
        int a = 1;
        string b = "b";
        List<int> c = [3];
        Func<int> readA = () => a;
        Action writeA = () => a = 5;
        Func<string> readBoth = () => b + a;
        Func<int> readC = () => c[0];
        (Func<int> ReadA, Action WriteA, Func<string> ReadBoth, Func<int> ReadC, Func<int> Again) copy =
            RoundTrip.Of((readA, writeA, readBoth, readC, readA));
        copy.WriteA();
        Assert.Equal(5, copy.ReadA());
        Assert.Equal("b5", copy.ReadBoth());
        Assert.Equal(3, copy.ReadC());
        Assert.Equal(5, copy.Again());
        Assert.Equal(1, a);
        Assert.Same(copy.ReadA.Target, copy.ReadC.Target);
    }

    [Fact]
    public void A_closure_reached_from_within_itself_by_another_lambda_is_complete()
    {
        int a = 1;
        int b = 2;
        Func<int> inner = () => b;
        Func<int> outer = () => a + inner();
        Assert.Equal(3, RoundTrip.Of(outer)());
    }

    [Fact]
    public void A_lambda_that_captures_this_takes_the_object_along()
    {
        Holder<List<int>> holder = new([1, 2, 3]);
        Func<List<int>> lambda = holder.Lambda();
        Assert.Equal([1, 2, 3], RoundTrip.Of(lambda)());
    }

    [Fact]
    public void A_closure_reached_as_an_object_has_all_its_fields()
    {
        int a = 1;
        int b = 2;
        Func<int> readA = () => a;
        Func<int> readB = () => b;
        (Func<int> ReadA, object Target, Func<int> ReadB) copy = RoundTrip.Of((readA, readA.Target!, readB));
        Assert.Same(copy.ReadA.Target, copy.Target);
        Assert.Equal(2, copy.ReadB());
    }
}

public sealed class EmittedDelegateTests() : DelegateContract(true);

public sealed class ReflectedDelegateTests() : DelegateContract(false);
