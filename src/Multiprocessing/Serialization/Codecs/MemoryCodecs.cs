using System.Collections.Immutable;

namespace Multiprocessing.Serialization;

/// <summary>Parts of arrays: the part arrives, in an array of its own length.</summary>
internal sealed class MemoryCodec<T> : ValueCodec<Memory<T>>
{
    public override void Write(PayloadWriter writer, Memory<T> value) => ElementCodec<T>.WriteAll(writer, value.Span);

    public override Memory<T> Read(ref PayloadReader reader) => ElementCodec<T>.ReadAll(ref reader);
}

internal sealed class ReadOnlyMemoryCodec<T> : ValueCodec<ReadOnlyMemory<T>>
{
    public override void Write(PayloadWriter writer, ReadOnlyMemory<T> value) => ElementCodec<T>.WriteAll(writer, value.Span);

    public override ReadOnlyMemory<T> Read(ref PayloadReader reader) => ElementCodec<T>.ReadAll(ref reader);
}

/// <summary>0 for the default value, which has no array.</summary>
internal sealed class ArraySegmentCodec<T> : ValueCodec<ArraySegment<T>>
{
    public override void Write(PayloadWriter writer, ArraySegment<T> value)
    {
        writer.WriteBoolean(value.Array is not null);
        if (value.Array is not null)
        {
            ElementCodec<T>.WriteAll(writer, value.AsSpan());
        }
    }

    public override ArraySegment<T> Read(ref PayloadReader reader) =>
        reader.ReadBoolean() ? new ArraySegment<T>(ElementCodec<T>.ReadAll(ref reader)) : default;
}

/// <summary>0 for the default value, which has no array.</summary>
internal sealed class ImmutableArrayCodec<T> : ValueCodec<ImmutableArray<T>>
{
    public override void Write(PayloadWriter writer, ImmutableArray<T> value)
    {
        writer.WriteBoolean(!value.IsDefault);
        if (!value.IsDefault)
        {
            ElementCodec<T>.WriteAll(writer, value.AsSpan());
        }
    }

    public override ImmutableArray<T> Read(ref PayloadReader reader) => reader.ReadBoolean()
        ? System.Runtime.InteropServices.ImmutableCollectionsMarshal.AsImmutableArray(ElementCodec<T>.ReadAll(ref reader))
        : default;
}

/// <summary>A lazy value that exists already. One that does not would run its factory here or there: the caller should say which.</summary>
internal sealed class LazyCodec<T> : LateReferenceCodec<Lazy<T>>
{
    protected override void WriteLate(PayloadWriter writer, Lazy<T> value)
    {
        if (!value.IsValueCreated)
        {
            throw new UnserializableException($"the {typeof(Lazy<T>)} has no value yet. Ask for its Value before it is sent.");
        }

        Codec<T>.Instance.Write(writer, value.Value);
    }

    protected override Lazy<T> ReadLate(ref PayloadReader reader) => new(Codec<T>.Instance.Read(ref reader));
}
