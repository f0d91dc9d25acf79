using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;
using CsCheck;
using Multiprocessing.Serialization;

namespace Multiprocessing.Tests.Serialization;

public abstract class HostilePayloadContract(bool emitted) : FieldAccess(emitted)
{
    public sealed record Leaf(string Name, int[] Numbers, object? Any);

    public sealed class Tree
    {
        public Tree? Left { get; set; }

        public Dictionary<string, Tree> Children { get; } = [];

        public HashSet<Leaf> Leaves { get; } = [];
    }

    /// <summary>Objects, boxes and tables weigh more than their bytes in a payload, but not without bound.</summary>
    private const int BytesPerByte = 400;
    private const int Fixed = 400_000;

    private static object[] Shapes()
    {
        int captured = 4;
        string text = "captured";
        Tree tree = new();
        tree.Left = new Tree { Left = tree };
        tree.Children["a"] = new Tree();
        tree.Leaves.Add(new Leaf("leaf", [1, 2, 3], tree));
        return
        [
            42, "some text", "wide ü", 1.5m, new DateTime(2026, 11, 23, 1, 2, 3, DateTimeKind.Utc), new[] { 1, 2, 3, 4 }, new[] { "a", "b" }, new int[2, 3], new string[2, 2],
            new List<object> { 1, "x", new List<int> { 1, 2 } }, new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase) { ["k"] = 1 },
            tree, (1, "two", 3.0), (Func<int>)(() => captured + text.Length), (Func<int, int>)(x => x + 1), (Func<int, int>)Math.Abs,
            new InvalidOperationException("outer", new ArgumentNullException(nameof(text))), new AggregateException(new FormatException()),
            ImmutableList.Create("a", "b"), ImmutableDictionary<string, int>.Empty.Add("a", 1), new SortedSet<string> { "a", "b" },
            new Regex("a+", RegexOptions.IgnoreCase), new Uri("https://example.org"), CultureInfo.GetCultureInfo("fr-FR"), typeof(List<int>),
            BigInteger.Pow(10, 50), new Queue<Guid>([Guid.NewGuid()]), new Stack<Leaf>([new("x", [], null)]), TimeZoneInfo.Utc,
            new System.Collections.BitArray(20), new PriorityQueue<string, int>([("a", 1)]), new Version(1, 2), (int?)5,
        ];
    }

    private static long ReadHostile(ReadOnlySpan<byte> payload, IncomingSymbols symbols)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            PayloadReader reader = new(payload, symbols);
            Serializer.Read<object>(ref reader);
        }
        catch (PayloadException)
        {
            // The only exception that may come.
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    [Fact]
    public void Mutated_payloads_throw_one_exception_and_allocate_little()
    {
        Random random = new(20261123);
        foreach (object shape in Shapes())
        {
            PayloadWriter writer = PayloadWriter.Rent();
            Serializer.Write(writer, shape);
            byte[] good = writer.Written.ToArray();
            IncomingSymbols symbols = RoundTrip.Symbols(writer.HighestSymbol);
            writer.Return();
            ReadHostile(good, symbols);
            for (int round = 0; round < 400; round++)
            {
                byte[] bad = Mutate(good, random);
                long allocated = ReadHostile(bad, symbols);
                Assert.True(
                    allocated < Fixed + (BytesPerByte * (long)bad.Length),
                    $"{shape.GetType()}: {allocated} bytes were allocated for {bad.Length}: {Convert.ToHexString(bad)}");
            }
        }
    }

    [Fact]
    public void Mutated_self_contained_payloads_throw_one_exception()
    {
        Random random = new(7);
        foreach (object shape in Shapes())
        {
            byte[] good = SelfContainedPayload.Serialize(shape);
            for (int round = 0; round < 100; round++)
            {
                byte[] bad = Mutate(good, random);
                try
                {
                    SelfContainedPayload.Deserialize<object>(bad);
                }
                catch (PayloadException)
                {
                    // The only exception that may come.
                }
            }

            Assert.Equal(shape.GetType(), SelfContainedPayload.Deserialize<object>(good).GetType());
        }
    }

    [Fact]
    public void Every_truncation_is_refused()
    {
        foreach (object shape in Shapes())
        {
            byte[] good = SelfContainedPayload.Serialize(shape);
            for (int length = 0; length < good.Length; length += 1 + (length / 200))
            {
                byte[] cut = good[..length];
                Assert.Throws<PayloadException>(() => SelfContainedPayload.Deserialize<object>(cut));
            }
        }
    }

    [Fact]
    public void Random_bytes_are_refused_or_read() => Gen.Byte.Array[0, 200].Sample(
        bytes =>
        {
            ReadHostile(bytes, RoundTrip.Symbols(Math.Min(20, OutgoingSymbols.Process.Count - 1)));
            return true;
        },
        iter: 2000,
        threads: 1);

    [Theory]
    [InlineData(typeof(int[]))]
    [InlineData(typeof(List<string>))]
    [InlineData(typeof(Dictionary<int, int>))]
    [InlineData(typeof(string))]
    [InlineData(typeof(object[]))]
    [InlineData(typeof(BigInteger))]
    [InlineData(typeof(ImmutableArray<long>))]
    public void An_announced_length_without_bytes_allocates_nothing(Type type)
    {
        byte[] payload = [1, 0, 0xFE, 0xFF, 0xFF, 0xFF, 0x0F, 1, 1, 1];
        for (int start = 0; start < 3; start++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            PayloadReader reader = new(payload.AsSpan(start), IncomingSymbols.None);
            try
            {
                CodecCatalog.For(type).ReadBoxed(ref reader);
            }
            catch (PayloadException)
            {
                // Or a value that the bytes happen to be.
            }

            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
        }
    }

    private static byte[] Mutate(byte[] good, Random random)
    {
        byte[] bad = (byte[])good.Clone();
        int changes = random.Next(1, 4);
        for (int i = 0; i < changes && bad.Length > 0; i++)
        {
            int at = random.Next(bad.Length);
            switch (random.Next(5))
            {
                case 0:
                    bad[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bad[at] = (byte)random.Next(256);
                    break;
                case 2:
                    bad[at] = 0xFF;
                    break;
                case 3:
                    bad = [.. bad[..at], .. bad[random.Next(at, bad.Length)..]];
                    break;
                default:
                    bad = [.. bad[..at], (byte)random.Next(6), .. bad[at..]];
                    break;
            }
        }

        return bad;
    }
}

public sealed class EmittedHostilePayloadTests() : HostilePayloadContract(true);

public sealed class ReflectedHostilePayloadTests() : HostilePayloadContract(false);
