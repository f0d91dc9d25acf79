using System.Diagnostics;
using System.Runtime.CompilerServices;
using Multiprocessing.Memory;

namespace Multiprocessing;

/// <summary>One value that several processes see: Python's <c>multiprocessing.Value</c>, with atomic operations.</summary>
/// <typeparam name="T">
/// A number, an enum, or a structure of such. A pointer or a handle means nothing to another process.
/// </typeparam>
/// <remarks>
/// <para>
/// It lies in a cache line of its own, so that values that are used by different processors do not slow each other down; thousands of
/// them share one piece of memory of the system. It is given to another process by passing this object (as an argument, captured by a
/// lambda, as a result, inside of another object), or opened there by name, and is freed when nobody uses it any more.
/// </para>
/// <para>
/// <see cref="Value"/> is plain memory: <c>counter.Value++</c> reads and writes in two steps, between which another process can come, and a
/// value of more than 8 bytes can be seen half written, for ever if its writer dies. The other members are atomic, for all threads of
/// all processes, and a process that dies has done one of them wholly or not at all. For more than one step use a lock.
/// </para>
/// </remarks>
[PayloadCodec(typeof(SharedValueCodec<>))]
[DebuggerDisplay("{ToString(),nq}")]
public sealed unsafe class SharedValue<T> : SharedObject, ISharedObject<SharedValue<T>>
    where T : unmanaged
{
    private readonly SharedBlock _block;
    private readonly byte* _pointer;

    /// <summary>Makes a new value.</summary>
    /// <param name="initialValue">What it is at first.</param>
    public SharedValue(T initialValue = default)
        : this(Allocate(initialValue, alone: false), null)
    {
    }

    internal SharedValue(SharedBlock block, string? name)
    {
        _block = block;
        _pointer = block.Pointer;
        Name = name;
    }

    /// <summary>The name by which processes of this tree open the value; <see langword="null"/>: none.</summary>
    public string? Name { get; }

    /// <summary>
    /// The value itself. The reference is valid while this object is reachable; the memory is aligned to 64 bytes.
    /// </summary>
    /// <exception cref="ObjectDisposedException">This object was disposed of.</exception>
    public ref T Value
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            ThrowIfDisposed();
            return ref *(T*)_pointer;
        }
    }

    internal override SharedBlock Block => _block;

    static SharedKind ISharedObject<SharedValue<T>>.Kind => SharedKind.Value;

    static SharedValue<T> ISharedObject<SharedValue<T>>.Attach(SharedBlock block) => new(Check(block), null);

    /// <summary>Reads the value as a whole, and before all that this thread reads afterwards.</summary>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> has not 1, 2, 4 or 8 bytes.</exception>
    /// <exception cref="ObjectDisposedException">This object was disposed of.</exception>
    public T Read()
    {
        T value = AtomicBits<T>.Read(ref Value);
        GC.KeepAlive(this);
        return value;
    }

    /// <summary>Writes the value as a whole, and after all that this thread has written before.</summary>
    /// <param name="value">The new value.</param>
    /// <inheritdoc cref="Read" path="/exception"/>
    public void Write(T value)
    {
        AtomicBits<T>.Write(ref Value, value);
        GC.KeepAlive(this);
    }

    /// <summary>Sets a new value.</summary>
    /// <param name="value">The new value.</param>
    /// <returns>The one before.</returns>
    /// <inheritdoc cref="Read" path="/exception"/>
    public T Exchange(T value)
    {
        T before = AtomicBits<T>.Exchange(ref Value, value);
        GC.KeepAlive(this);
        return before;
    }

    /// <summary>Sets a new value if the present one is what is expected, bit for bit (which is not always <c>==</c> of numbers with a point).</summary>
    /// <param name="value">The new value.</param>
    /// <param name="expected">What must be there.</param>
    /// <returns>The value that was there; the new one was set if its bits are those of <paramref name="expected"/>.</returns>
    /// <inheritdoc cref="Read" path="/exception"/>
    public T CompareExchange(T value, T expected)
    {
        T before = AtomicBits<T>.CompareExchange(ref Value, value, expected);
        GC.KeepAlive(this);
        return before;
    }

    /// <summary>Adds to the value. Whole numbers wrap around.</summary>
    /// <param name="amount">What is added; may be negative.</param>
    /// <returns>The sum.</returns>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is not a number of at most 8 bytes.</exception>
    /// <exception cref="ObjectDisposedException">This object was disposed of.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Add(T amount)
    {
        T sum = AtomicNumber<T>.Add(ref Value, amount);
        GC.KeepAlive(this);
        return sum;
    }

    /// <summary>Adds one to the value. Whole numbers wrap around.</summary>
    /// <returns>The sum.</returns>
    /// <inheritdoc cref="Add" path="/exception"/>
    public T Increment() => Add(AtomicNumber<T>.One);

    /// <summary>Takes one from the value. Whole numbers wrap around.</summary>
    /// <returns>The difference.</returns>
    /// <inheritdoc cref="Add" path="/exception"/>
    public T Decrement() => Add(AtomicNumber<T>.MinusOne);

    /// <summary>The value, for people.</summary>
    public override string ToString() => IsDisposed ? $"SharedValue<{typeof(T).Name}>, disposed" : Value.ToString() ?? "";

    internal static SharedBlock Allocate(T initialValue, bool alone)
    {
        // The mark comes behind the value, so that the value has the line's alignment and most values need one line only.
        SharedBlock block = SharedBlock.Allocate(SharedKind.Value, LengthOfBlock, alone);
        *(T*)block.Pointer = initialValue;
        *(ulong*)(block.Pointer + LengthOfBlock - sizeof(ulong)) = ElementType<T>.Mark;
        return block;
    }

    private static long LengthOfBlock => ((ElementType<T>.Size + sizeof(ulong) + 63L) & ~63L);

    internal static SharedBlock Check(SharedBlock block)
    {
        ulong mark = *(ulong*)(block.Pointer + block.Length - sizeof(ulong));
        if (block.Length == LengthOfBlock && mark == ElementType<T>.Mark)
        {
            return block;
        }

        block.Dispose();
        throw ElementType<T>.Mismatch(mark);
    }

    private protected override void OnDisposed() => _block.Evacuate();
}

/// <summary>Makes and opens values of any type.</summary>
public static class SharedValue
{
    /// <summary>Makes a new value that other processes of this tree open by its name.</summary>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <param name="name">1 to 255 bytes of UTF-8. The name is free again when nobody uses the value any more.</param>
    /// <param name="initialValue">What it is at first.</param>
    /// <exception cref="ArgumentException">The name is empty or too long.</exception>
    /// <exception cref="IOException">The name is taken.</exception>
    public static SharedValue<T> CreateNamed<T>(string name, T initialValue = default)
        where T : unmanaged
    {
        HandOverName.Check(name);
        return new SharedValue<T>(NamedBlocks.Publish(SharedValue<T>.Allocate(initialValue, alone: true), name), name);
    }

    /// <summary>Opens a value that a process of this tree has made by <see cref="CreateNamed"/>.</summary>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <param name="name">The name.</param>
    /// <exception cref="ArgumentException">The name is empty or too long.</exception>
    /// <exception cref="FileNotFoundException">There is no such name, or nobody uses its value any more.</exception>
    /// <exception cref="InvalidOperationException">The name is that of another kind of object, or of a value of another type.</exception>
    public static SharedValue<T> OpenNamed<T>(string name)
        where T : unmanaged =>
        new(SharedValue<T>.Check(NamedBlocks.Open(HandOverName.Check(name), SharedKind.Value)), name);
}

internal sealed class SharedValueCodec<T> : SharedObjectCodec<SharedValue<T>>
    where T : unmanaged;
