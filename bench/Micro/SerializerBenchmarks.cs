using BenchmarkDotNet.Attributes;
using Multiprocessing.Serialization;

namespace Micro;

/// <summary>A value to bytes and back, by kind of value.</summary>
public class SerializerBenchmarks
{
    private static readonly string Text = new('x', 100);
    private static readonly int[] Numbers = [.. Enumerable.Range(0, 1000)];
    private static readonly List<string> Texts = [.. Enumerable.Range(0, 100).Select(static i => $"text {i}")];
    private static readonly Dictionary<int, string> Table = Enumerable.Range(0, 100).ToDictionary(static i => i, static i => $"text {i}");
    private static readonly Reading Record = new(1, DateTime.UnixEpoch, "sensor 7", [1, 2, 3]);
    private static readonly InvalidOperationException Thrown = Throw();

    [Benchmark(Description = "int")]
    public int Number() => Through(7);

    [Benchmark(Description = "(int, long, double)")]
    public (int, long, double) Tuple() => Through((1, 2L, 3.0));

    [Benchmark(Description = "string of 100")]
    public string String() => Through(Text);

    [Benchmark(Description = "int[1000]")]
    public int[] Array() => Through(Numbers);

    [Benchmark(Description = "record")]
    public object Object() => Through(Record);

    [Benchmark(Description = "List<string> of 100")]
    public List<string> List() => Through(Texts);

    [Benchmark(Description = "Dictionary<int, string> of 100")]
    public Dictionary<int, string> Dictionary() => Through(Table);

    [Benchmark(Description = "static lambda")]
    public Func<int, int> StaticLambda() => Through(static (int x) => x + 1);

    [Benchmark(Description = "lambda with a captured value")]
    public Func<int, int> CapturingLambda()
    {
        var add = Numbers.Length;
        return Through((int x) => x + add);
    }

    [Benchmark(Description = "exception")]
    public Exception Error() => Through<Exception>(Thrown);

    private static T Through<T>(T value) => SelfContainedPayload.Deserialize<T>(SelfContainedPayload.Serialize(value));

    private static Func<int, int> Through(Func<int, int> function) => Through<Func<int, int>>(function);

    private static InvalidOperationException Throw()
    {
        try
        {
            throw new InvalidOperationException("for the benchmark");
        }
        catch (InvalidOperationException exception)
        {
            return exception;
        }
    }
}

/// <summary>An ordinary immutable object.</summary>
public sealed record Reading(int Number, DateTime Time, string Source, double[] Values);
