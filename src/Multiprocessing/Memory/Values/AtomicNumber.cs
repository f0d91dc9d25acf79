using System.Runtime.CompilerServices;

namespace Multiprocessing.Memory;

/// <summary>Atomic addition to any number that has the size of a machine word or less.</summary>
internal static class AtomicNumber<T>
    where T : unmanaged
{
    public static T One { get; } = Convert(1);

    public static T MinusOne { get; } = Convert(-1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Add(ref T place, T amount)
    {
        if (typeof(T) == typeof(int) || typeof(T) == typeof(uint))
        {
            return Unsafe.BitCast<int, T>(Interlocked.Add(ref Unsafe.As<T, int>(ref place), Unsafe.BitCast<T, int>(amount)));
        }

        if (typeof(T) == typeof(long) || typeof(T) == typeof(ulong) || typeof(T) == typeof(nint) || typeof(T) == typeof(nuint))
        {
            return Unsafe.BitCast<long, T>(Interlocked.Add(ref Unsafe.As<T, long>(ref place), Unsafe.BitCast<T, long>(amount)));
        }

        return AddByExchange(ref place, amount);
    }

    private static T AddByExchange(ref T place, T amount)
    {
        T seen = AtomicBits<T>.Read(ref place);
        while (true)
        {
            T sum = Sum(seen, amount);
            T before = AtomicBits<T>.CompareExchange(ref place, sum, seen);
            if (HaveEqualBits(before, seen))
            {
                return sum;
            }

            seen = before;
        }
    }

    private static T Sum(T a, T b)
    {
        if (typeof(T) == typeof(byte))
        {
            return Unsafe.BitCast<byte, T>((byte)(Unsafe.BitCast<T, byte>(a) + Unsafe.BitCast<T, byte>(b)));
        }

        if (typeof(T) == typeof(sbyte))
        {
            return Unsafe.BitCast<sbyte, T>((sbyte)(Unsafe.BitCast<T, sbyte>(a) + Unsafe.BitCast<T, sbyte>(b)));
        }

        if (typeof(T) == typeof(short))
        {
            return Unsafe.BitCast<short, T>((short)(Unsafe.BitCast<T, short>(a) + Unsafe.BitCast<T, short>(b)));
        }

        if (typeof(T) == typeof(ushort))
        {
            return Unsafe.BitCast<ushort, T>((ushort)(Unsafe.BitCast<T, ushort>(a) + Unsafe.BitCast<T, ushort>(b)));
        }

        if (typeof(T) == typeof(float))
        {
            return Unsafe.BitCast<float, T>(Unsafe.BitCast<T, float>(a) + Unsafe.BitCast<T, float>(b));
        }

        if (typeof(T) == typeof(double))
        {
            return Unsafe.BitCast<double, T>(Unsafe.BitCast<T, double>(a) + Unsafe.BitCast<T, double>(b));
        }

        if (typeof(T) == typeof(Half))
        {
            return Unsafe.BitCast<Half, T>(Unsafe.BitCast<T, Half>(a) + Unsafe.BitCast<T, Half>(b));
        }

        throw new NotSupportedException($"A {typeof(T)} is no number that can be added to atomically. Use a lock.");
    }

    private static bool HaveEqualBits(T a, T b) => Unsafe.SizeOf<T>() switch
    {
        1 => Unsafe.BitCast<T, byte>(a) == Unsafe.BitCast<T, byte>(b),
        2 => Unsafe.BitCast<T, ushort>(a) == Unsafe.BitCast<T, ushort>(b),
        4 => Unsafe.BitCast<T, uint>(a) == Unsafe.BitCast<T, uint>(b),
        _ => Unsafe.BitCast<T, ulong>(a) == Unsafe.BitCast<T, ulong>(b),
    };

    /// <summary>Default for what is no number: adding it fails anyway.</summary>
    private static T Convert(int number)
    {
        object? value = default(T) switch
        {
            byte => (byte)number,
            sbyte => (sbyte)number,
            short => (short)number,
            ushort => (ushort)number,
            int => number,
            uint => (uint)number,
            long => (long)number,
            ulong => (ulong)number,
            nint => (nint)number,
            nuint => (nuint)number,
            float => (float)number,
            double => (double)number,
            Half => (Half)number,
            _ => null,
        };
        return value is null ? default : (T)value;
    }
}
