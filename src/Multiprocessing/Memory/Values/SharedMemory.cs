using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Multiprocessing.Memory;
using Multiprocessing.Platform;

namespace Multiprocessing;

/// <summary>Bytes that several processes see: Python's <c>multiprocessing.shared_memory.SharedMemory</c>, without its <c>unlink</c>.</summary>
/// <remarks>
/// <para>
/// The memory is anonymous: it has no file, and it is freed when the last process that uses it has disposed of it or has ended, in
/// whatever way. It is given to another process by passing this object (as an argument, captured by a lambda, as a result, inside of
/// another object), or opened there by name.
/// </para>
/// <para>
/// Nothing is synchronized: what one thread writes and another one reads at the same time, in whatever process, can be half of each. A
/// process that dies while it writes leaves what it has written so far.
/// </para>
/// <para>
/// Spans and references into the memory are valid while this object is reachable: keep it in a <c>using</c> statement or a field. After
/// <see cref="SharedObject.Dispose"/> they are harmless but see zeros, and what is written by them is lost.
/// </para>
/// </remarks>
[PayloadCodec(typeof(SharedMemoryCodec))]
[DebuggerDisplay("{ToString(),nq}")]
public sealed unsafe class SharedMemory : SharedObject, ISharedObject<SharedMemory>
{
    private readonly SharedBlock _block;
    private readonly MemoryMapping? _readOnly;
    private readonly byte* _pointer;

    private SharedMemory(SharedBlock block, string? name, MemoryMapping? readOnly = null)
    {
        _block = block;
        _readOnly = readOnly;
        _pointer = readOnly is null ? block.Pointer : readOnly.Pointer + LoneLayout.Data;
        Name = name;
    }

    /// <summary>The number of bytes, exactly as asked for.</summary>
    public long Size => _block.Length;

    /// <summary>The name by which processes of this tree open the memory; <see langword="null"/>: none.</summary>
    public string? Name { get; }

    /// <summary>Whether the memory cannot be written by this object; see <see cref="AsReadOnly"/>.</summary>
    public bool IsReadOnly => _readOnly is not null;

    /// <summary>All bytes.</summary>
    /// <exception cref="InvalidOperationException">
    /// The memory is read-only (use <see cref="ReadOnlySpan"/>), or larger than a span can be (use <see cref="AsSpan"/>).
    /// </exception>
    /// <exception cref="ObjectDisposedException">This object was disposed of.</exception>
    public Span<byte> Span => AsSpan(0, WholeLength());

    /// <summary>All bytes, to be read.</summary>
    /// <exception cref="InvalidOperationException">The memory is larger than a span can be; use <see cref="AsReadOnlySpan"/>.</exception>
    /// <exception cref="ObjectDisposedException">This object was disposed of.</exception>
    public ReadOnlySpan<byte> ReadOnlySpan => AsReadOnlySpan(0, WholeLength());

    internal override SharedBlock Block => _block;

    static SharedKind ISharedObject<SharedMemory>.Kind => SharedKind.Memory;

    /// <summary>Makes new memory, all zero.</summary>
    /// <param name="size">In bytes, positive; the system's memory is used as it is touched, in pages of 4 KiB.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is zero or negative.</exception>
    /// <exception cref="InsufficientMemoryException">The system refuses.</exception>
    public static SharedMemory Create(long size) => new(SharedBlock.Allocate(SharedKind.Memory, size, alone: true), null);

    /// <summary>Makes new memory, all zero, that other processes of this tree open by its name.</summary>
    /// <param name="name">1 to 255 bytes of UTF-8, any characters. It is known to this tree of processes and nowhere else.</param>
    /// <param name="size">In bytes, positive.</param>
    /// <remarks>The name is free again when nobody uses the memory any more. There is nothing to unlink.</remarks>
    /// <exception cref="ArgumentException">The name is empty or too long.</exception>
    /// <exception cref="IOException">The name is taken.</exception>
    /// <inheritdoc cref="Create" path="/exception"/>
    public static SharedMemory CreateNamed(string name, long size)
    {
        HandOverName.Check(name);
        return new SharedMemory(NamedBlocks.Publish(SharedBlock.Allocate(SharedKind.Memory, size, alone: true), name), name);
    }

    /// <summary>Opens memory that a process of this tree has made by <see cref="CreateNamed"/>.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="ArgumentException">The name is empty or too long.</exception>
    /// <exception cref="FileNotFoundException">There is no such name, or nobody uses its memory any more.</exception>
    /// <exception cref="InvalidOperationException">The name is that of another kind of object.</exception>
    public static SharedMemory OpenNamed(string name) => new(NamedBlocks.Open(HandOverName.Check(name), SharedKind.Memory), name);

    static SharedMemory ISharedObject<SharedMemory>.Attach(SharedBlock block) => new(block, null);

    /// <summary>
    /// The same memory, but mapped so that it cannot be written: a write by a pointer into it ends the process. It stays read-only when it
    /// is sent to another process.
    /// </summary>
    /// <remarks>
    /// This guards against mistakes in the code that gets it, not against code that means harm. Others can still write; what is read
    /// may change.
    /// </remarks>
    /// <returns>Another object, to be disposed of on its own.</returns>
    /// <exception cref="ObjectDisposedException">This object was disposed of.</exception>
    public SharedMemory AsReadOnly()
    {
        ThrowIfDisposed();
        SharedBlock block = _block.Duplicate();
        return new SharedMemory(block, Name, block.MapReadOnly());
    }

    /// <summary>Some of the bytes.</summary>
    /// <param name="offset">Of the first one, in bytes from the start.</param>
    /// <param name="length">How many.</param>
    /// <exception cref="ArgumentOutOfRangeException">They are not all within the memory.</exception>
    /// <exception cref="InvalidOperationException">The memory is read-only; use <see cref="AsReadOnlySpan"/>.</exception>
    /// <exception cref="ObjectDisposedException">This object was disposed of.</exception>
    public Span<byte> AsSpan(long offset, int length)
    {
        ThrowIfReadOnly();
        return new Span<byte>(At(offset, length), length);
    }

    /// <summary>Some of the bytes, to be read.</summary>
    /// <inheritdoc cref="AsSpan" path="/param"/>
    /// <param name="offset"/><param name="length"/>
    /// <exception cref="ArgumentOutOfRangeException">They are not all within the memory.</exception>
    /// <exception cref="ObjectDisposedException">This object was disposed of.</exception>
    public ReadOnlySpan<byte> AsReadOnlySpan(long offset, int length) => new(At(offset, length), length);

    /// <summary>Some of the bytes as a <see cref="Memory{T}"/>, which keeps the memory mapped as long as it is reachable.</summary>
    /// <inheritdoc cref="AsSpan" path="/param"/>
    /// <param name="offset"/><param name="length"/>
    /// <inheritdoc cref="AsSpan" path="/exception"/>
    public Memory<byte> AsMemory(long offset, int length)
    {
        ThrowIfReadOnly();
        return new BlockMemoryManager<byte>(this, At(offset, length), length).Memory;
    }

    /// <summary>All bytes as a <see cref="Memory{T}"/>, which keeps the memory mapped as long as it is reachable.</summary>
    /// <inheritdoc cref="Span" path="/exception"/>
    public Memory<byte> AsMemory() => AsMemory(0, WholeLength());

    /// <summary>Some of the bytes as a <see cref="ReadOnlyMemory{T}"/>, which keeps the memory mapped as long as it is reachable.</summary>
    /// <inheritdoc cref="AsReadOnlySpan" path="/param"/>
    /// <param name="offset"/><param name="length"/>
    /// <inheritdoc cref="AsReadOnlySpan" path="/exception"/>
    public ReadOnlyMemory<byte> AsReadOnlyMemory(long offset, int length) =>
        new BlockMemoryManager<byte>(this, At(offset, length), length).Memory;

    /// <summary>Size, name and state, for people.</summary>
    public override string ToString() =>
        $"SharedMemory of {Size:N0} bytes{(Name is null ? "" : $" '{Name}'")}{(IsReadOnly ? ", read-only" : "")}{(IsDisposed ? ", disposed" : "")}";

    internal static SharedMemory Attach(SharedBlock block, string? name, bool isReadOnly) =>
        new(block, name, isReadOnly ? block.MapReadOnly() : null);

    private protected override void OnDisposed()
    {
        if (_readOnly is not null)
        {
            Kernel.SharedMemory.Evacuate(_readOnly);
        }

        _block.Evacuate();
    }

    private byte* At(long offset, int length)
    {
        ThrowIfDisposed();
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Size);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Size - offset);
        return _pointer + offset;
    }

    private int WholeLength() => Size <= int.MaxValue
        ? (int)Size
        : throw new InvalidOperationException($"{Size:N0} bytes are more than a span can have. Use parts of them: AsSpan(offset, length).");

    private void ThrowIfReadOnly()
    {
        if (_readOnly is not null)
        {
            Throw();
        }

        [DoesNotReturn]
        static void Throw() => throw new InvalidOperationException("This memory is mapped read-only.");
    }
}

/// <summary>The reference, then whether it is read-only, then the name.</summary>
internal sealed class SharedMemoryCodec : IPayloadCodec<SharedMemory>
{
    public void Write(PayloadWriter writer, SharedMemory value)
    {
        value.ThrowIfDisposed();
        value.Block.WriteReference(writer);
        writer.WriteBoolean(value.IsReadOnly);
        writer.WriteString(value.Name);
        GC.KeepAlive(value);
    }

    public SharedMemory Read(ref PayloadReader reader)
    {
        SharedBlock block = SharedBlock.ReadReference(ref reader, SharedKind.Memory);
        bool isReadOnly = reader.ReadBoolean();
        return SharedMemory.Attach(block, reader.ReadString(), isReadOnly);
    }
}
