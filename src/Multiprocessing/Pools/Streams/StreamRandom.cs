using System.Buffers.Binary;

namespace Multiprocessing.Pools;

/// <summary>
/// The random numbers of one item. All methods are our own, so that the numbers stay the same whatever the framework's implementation does.
/// Numbers of a range are taken by Daniel Lemire's method (Fast Random Integer Generation in an Interval, 2019), which is not biased; fractions
/// are the upper 53 (24) bits of a number.
/// </summary>
internal sealed class StreamRandom(long seed, long index) : Random
{
    private Xoshiro256 _generator = Xoshiro256.Of(seed, index);

    public override int Next() => (int)Below(int.MaxValue);

    public override int Next(int maxValue)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxValue);
        return (int)Below((ulong)maxValue);
    }

    public override int Next(int minValue, int maxValue)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minValue, maxValue);
        return (int)(minValue + (long)Below((ulong)((long)maxValue - minValue)));
    }

    public override long NextInt64() => (long)Below(long.MaxValue);

    public override long NextInt64(long maxValue)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxValue);
        return (long)Below((ulong)maxValue);
    }

    public override long NextInt64(long minValue, long maxValue)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minValue, maxValue);
        return unchecked(minValue + (long)Below((ulong)maxValue - (ulong)minValue));
    }

    public override double NextDouble() => (_generator.Next() >> 11) * (1.0 / (1UL << 53));

    public override float NextSingle() => (_generator.Next() >> 40) * (1.0f / (1U << 24));

    public override void NextBytes(byte[] buffer)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        NextBytes(buffer.AsSpan());
    }

    public override void NextBytes(Span<byte> buffer)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        while (buffer.Length > 0)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, _generator.Next());
            var count = Math.Min(bytes.Length, buffer.Length);
            bytes[..count].CopyTo(buffer);
            buffer = buffer[count..];
        }
    }

    protected override double Sample() => NextDouble();

    private ulong Below(ulong limit)
    {
        if (limit <= 1)
        {
            return 0;
        }
        var high = Math.BigMul(_generator.Next(), limit, out var low);
        if (low < limit)
        {
            var threshold = (0 - limit) % limit;
            while (low < threshold)
            {
                high = Math.BigMul(_generator.Next(), limit, out low);
            }
        }
        return high;
    }
}
