using Multiprocessing.Pools;

namespace Multiprocessing.Tests.Pools.Streams;

/// <summary>Numbers that must never change: programs rely on them to repeat what they did.</summary>
public sealed class StreamRandomTests
{
    [Fact]
    public void The_generator_gives_the_numbers_of_its_authors()
    {
        // The outputs of xoshiro256starstar.c for the state 1, 2, 3, 4.
        var generator = new Xoshiro256(1, 2, 3, 4);
        ulong[] expected = [11520, 0, 1509978240, 1215971899390074240, 1216172134540287360, 607988272756665600, 16172922978634559625];
        Assert.All(expected, number => Assert.Equal(number, generator.Next()));

        // The outputs of splitmix64.c for the seed 1234567.
        var position = 1234567UL;
        ulong[] split = [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821];
        Assert.All(split, number => Assert.Equal(number, Xoshiro256.SplitMix(ref position)));
    }

    [Fact]
    public void The_streams_of_neighbouring_items_and_seeds_have_nothing_in_common()
    {
        var seen = new HashSet<long>();
        for (var seed = -2L; seed <= 2; seed++)
        {
            for (var index = 0L; index < 200; index++)
            {
                var random = new StreamRandom(seed, index);
                for (var i = 0; i < 20; i++)
                {
                    Assert.True(seen.Add(random.NextInt64(long.MinValue, long.MaxValue)));
                }
            }
        }
    }

    [Fact]
    public void All_kinds_of_numbers_are_in_their_range_and_spread_over_it()
    {
        var random = new StreamRandom(1, 1);
        var counts = new int[7];
        var sum = 0.0;
        for (var i = 0; i < 70_000; i++)
        {
            counts[random.Next(-3, 4) + 3]++;
            Assert.InRange(random.Next(), 0, int.MaxValue - 1);
            Assert.InRange(random.NextInt64(), 0, long.MaxValue - 1);
            Assert.InRange(random.NextInt64(3), 0, 2);
            Assert.InRange(random.NextSingle(), 0, MathF.BitDecrement(1));
            sum += random.NextDouble();
        }
        Assert.All(counts, count => Assert.InRange(count, 9_500, 10_500));
        Assert.InRange(sum, 34_500, 35_500);
        Assert.Equal((0, 0, 5), (random.Next(0), random.Next(1), random.Next(5, 5)));
        Assert.InRange(random.Next(int.MinValue, int.MaxValue), int.MinValue, int.MaxValue - 1);
        Assert.Throws<ArgumentOutOfRangeException>(() => random.Next(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => random.Next(2, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => random.NextInt64(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => random.NextInt64(2, 1));
        Assert.Throws<ArgumentNullException>(() => random.NextBytes(null!));
    }

    [Fact]
    public void Bytes_of_any_length_are_those_of_the_numbers()
    {
        var generator = Xoshiro256.Of(5, 6);
        var bytes = new byte[19];
        new StreamRandom(5, 6).NextBytes(bytes);
        Assert.Equal(generator.Next(), BitConverter.ToUInt64(bytes));
        Assert.Equal(generator.Next(), BitConverter.ToUInt64(bytes, 8));
        var again = new byte[19];
        new StreamRandom(5, 6).NextBytes(again.AsSpan());
        Assert.Equal(bytes, again);
        Assert.NotEqual(0, bytes[^1] | bytes[^2] | bytes[^3]);
    }
}
