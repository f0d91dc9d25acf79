using CsCheck;
using Multiprocessing.Serialization;

namespace Multiprocessing.Tests.Serialization;

public sealed class PropertyTests
{
    public sealed record Order(string Id, decimal Total, long[] Items, Dictionary<string, double> Prices, DateTime At, Order? Previous);

    private static readonly Gen<Order> Orders = Gen.Recursive<Order>((depth, previous) => Gen.Select(
        Gen.String,
        Gen.Decimal,
        Gen.Long.Array[0, 10],
        Gen.Dictionary(Gen.String, Gen.Double)[0, 5],
        Gen.DateTime,
        depth == 4 ? Gen.Const((Order?)null) : previous.Null(),
        (id, total, items, prices, at, earlier) => new Order(id, total, items, prices, at, earlier)));

    private static bool Same(Order? left, Order? right) => left is null || right is null
        ? left is null && right is null
        : left.Id == right.Id && left.Total == right.Total && left.Items.SequenceEqual(right.Items)
            && left.Prices.Count == right.Prices.Count && left.Prices.All(pair => right.Prices[pair.Key].Equals(pair.Value))
            && left.At == right.At && left.At.Kind == right.At.Kind && Same(left.Previous, right.Previous);

    [Fact]
    public void Any_order_arrives_as_it_is() => Orders.Sample(order => Same(order, RoundTrip.SelfContained(order)), iter: 500, threads: 1);

    [Fact]
    public void Any_text_arrives_as_it_is() =>
        Gen.Char.Array[0, 300].Sample(chars => RoundTrip.ThroughSymbols(new string(chars)) == new string(chars), iter: 1000, threads: 1);

    [Fact]
    public void Variable_numbers_arrive_as_they_are() => Gen.ULong.Sample(
        number =>
        {
            PayloadWriter writer = new();
            writer.WriteVarUInt(number);
            PayloadReader reader = new(writer.Written, IncomingSymbols.None);
            return reader.ReadVarUInt() == number && reader.Remaining == 0;
        },
        iter: 2000,
        threads: 1);

    [Fact]
    public void The_change_from_reflection_to_emitted_code_is_not_seen()
    {
        Order order = new("id", 1.5m, [1], new() { ["a"] = 2 }, default, null);
        for (int i = 0; i < 60; i++)
        {
            Assert.True(Same(order, RoundTrip.ThroughSymbols(order)));
        }
    }

    [Fact]
    public void Many_threads_write_and_read_at_once() => Parallel.For(0, 200, i =>
    {
        Func<int> lambda = () => i;
        Assert.Equal(i, RoundTrip.ThroughSymbols(lambda)());
        Assert.Equal(i, RoundTrip.SelfContained(new Order($"{i}", i, [i], [], default, null)).Total);
    });
}
