using System.Runtime.CompilerServices;

namespace Multiprocessing.Memory;

/// <summary>Atomic operations on any value that has the size of a machine word or less.</summary>
internal static class AtomicBits<T>
    where T : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Read(ref T place) => Unsafe.SizeOf<T>() switch
    {
        1 => From(Volatile.Read(ref Unsafe.As<T, byte>(ref place))),
        2 => From(Volatile.Read(ref Unsafe.As<T, ushort>(ref place))),
        4 => From(Volatile.Read(ref Unsafe.As<T, uint>(ref place))),
        8 => From(Volatile.Read(ref Unsafe.As<T, ulong>(ref place))),
        _ => throw NotAtomic(),
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(ref T place, T value)
    {
        switch (Unsafe.SizeOf<T>())
        {
            case 1:
                Volatile.Write(ref Unsafe.As<T, byte>(ref place), Unsafe.BitCast<T, byte>(value));
                break;
            case 2:
                Volatile.Write(ref Unsafe.As<T, ushort>(ref place), Unsafe.BitCast<T, ushort>(value));
                break;
            case 4:
                Volatile.Write(ref Unsafe.As<T, uint>(ref place), Unsafe.BitCast<T, uint>(value));
                break;
            case 8:
                Volatile.Write(ref Unsafe.As<T, ulong>(ref place), Unsafe.BitCast<T, ulong>(value));
                break;
            default:
                throw NotAtomic();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Exchange(ref T place, T value) => Unsafe.SizeOf<T>() switch
    {
        1 => From(Interlocked.Exchange(ref Unsafe.As<T, byte>(ref place), Unsafe.BitCast<T, byte>(value))),
        2 => From(Interlocked.Exchange(ref Unsafe.As<T, ushort>(ref place), Unsafe.BitCast<T, ushort>(value))),
        4 => From(Interlocked.Exchange(ref Unsafe.As<T, uint>(ref place), Unsafe.BitCast<T, uint>(value))),
        8 => From(Interlocked.Exchange(ref Unsafe.As<T, ulong>(ref place), Unsafe.BitCast<T, ulong>(value))),
        _ => throw NotAtomic(),
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T CompareExchange(ref T place, T value, T expected) => Unsafe.SizeOf<T>() switch
    {
        1 => From(Interlocked.CompareExchange(
            ref Unsafe.As<T, byte>(ref place), Unsafe.BitCast<T, byte>(value), Unsafe.BitCast<T, byte>(expected))),
        2 => From(Interlocked.CompareExchange(
            ref Unsafe.As<T, ushort>(ref place), Unsafe.BitCast<T, ushort>(value), Unsafe.BitCast<T, ushort>(expected))),
        4 => From(Interlocked.CompareExchange(
            ref Unsafe.As<T, uint>(ref place), Unsafe.BitCast<T, uint>(value), Unsafe.BitCast<T, uint>(expected))),
        8 => From(Interlocked.CompareExchange(
            ref Unsafe.As<T, ulong>(ref place), Unsafe.BitCast<T, ulong>(value), Unsafe.BitCast<T, ulong>(expected))),
        _ => throw NotAtomic(),
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T From<TBits>(TBits bits)
        where TBits : unmanaged => Unsafe.BitCast<TBits, T>(bits);

    private static NotSupportedException NotAtomic() => new(
        $"A {typeof(T)} has {Unsafe.SizeOf<T>()} bytes. A processor can exchange 1, 2, 4 or 8 bytes at once; use a lock for others.");
}
