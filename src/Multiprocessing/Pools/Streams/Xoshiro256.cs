using System.Numerics;

namespace Multiprocessing.Pools;

/// <summary>
/// The generator xoshiro256** 1.0 of David Blackman and Sebastiano Vigna (2018, https://prng.di.unimi.it/xoshiro256starstar.c, public domain),
/// its state filled by Vigna's SplitMix64 (2015, https://prng.di.unimi.it/splitmix64.c, public domain), as its authors advise.
/// </summary>
internal struct Xoshiro256(ulong s0, ulong s1, ulong s2, ulong s3)
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    private ulong _s0 = s0;
    private ulong _s1 = s1;
    private ulong _s2 = s2;
    private ulong _s3 = s3;

    /// <summary>
    /// The stream of an item. Seed and index are mixed before the state is filled: neighbouring numbers must not begin at neighbouring places
    /// of SplitMix64, where they would share three quarters of their state.
    /// </summary>
    internal static Xoshiro256 Of(long seed, long index)
    {
        var position = Mix(Mix((ulong)seed + Golden) + (ulong)index + Golden);
        return new Xoshiro256(SplitMix(ref position), SplitMix(ref position), SplitMix(ref position), SplitMix(ref position));
    }

    internal static ulong SplitMix(ref ulong position) => Mix(position += Golden);

    internal ulong Next()
    {
        var result = BitOperations.RotateLeft(_s1 * 5, 7) * 9;
        var t = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= t;
        _s3 = BitOperations.RotateLeft(_s3, 45);
        return result;
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
