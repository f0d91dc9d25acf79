namespace Multiprocessing.Serialization;

/// <summary>Types that are recognised by what they are and not by their name: enums, arrays, delegates, plain structs.</summary>
internal static class ShapeCodecs
{
    public static Codec? Find(Type type)
    {
        if (type.IsArray)
        {
            return Array(type);
        }

        if (type.IsSubclassOf(typeof(Delegate)) && type != typeof(MulticastDelegate))
        {
            return CodecCatalog.Make(typeof(DelegateCodec<>), type);
        }

        if (type == typeof(Delegate) || type == typeof(MulticastDelegate))
        {
            return CodecCatalog.Make(typeof(InterfaceCodec<>), type);
        }

        if (!type.IsValueType || type.IsByRefLike || type.ContainsGenericParameters)
        {
            return null;
        }

        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return CodecCatalog.Make(typeof(NullableCodec<>), underlying);
        }

        return BlockLayout.IsBlock(type) ? CodecCatalog.Make(typeof(UnmanagedCodec<>), type) : null;
    }

    private static Codec? Array(Type type)
    {
        Type element = type.GetElementType()!;
        if (element.IsPointer || element.IsFunctionPointer)
        {
            return null;
        }

        if (!type.IsSZArray)
        {
            return CodecCatalog.Make(typeof(GridCodec<>), type);
        }

        if (element == typeof(byte))
        {
            return new BlockArrayCodec<byte>();
        }

        return CodecCatalog.Make(BlockLayout.IsBlock(element) ? typeof(BlockArrayCodec<>) : typeof(ArrayCodec<>), element);
    }
}

internal sealed class NullableCodec<T> : Codec<T?>
    where T : struct
{
    public override bool IsSelfContained => Codec<T>.Instance.IsSelfContained;

    public override void Write(PayloadWriter writer, T? value)
    {
        writer.WriteBoolean(value.HasValue);
        if (value.HasValue)
        {
            Codec<T>.Instance.Write(writer, value.GetValueOrDefault());
        }
    }

    public override T? Read(ref PayloadReader reader) => reader.ReadBoolean() ? Codec<T>.Instance.Read(ref reader) : null;

    public override void WriteBoxed(PayloadWriter writer, object? value) => Write(writer, (T?)value);

    // A boxed nullable is the boxed value.
    public override object ReadObject(ref PayloadReader reader) => Codec<T>.Instance.Read(ref reader);

    public override void WriteObject(PayloadWriter writer, object value) => Codec<T>.Instance.Write(writer, (T)value);
}

/// <summary>Positions of interfaces and abstract classes: nothing is of this very type.</summary>
internal sealed class InterfaceCodec<T> : ReferenceCodec<T>
    where T : class
{
    protected override void WriteContent(PayloadWriter writer, T value) =>
        throw new UnserializableException($"there are no objects of the type {typeof(T)}.");

    protected override T ReadContent(ref PayloadReader reader) =>
        throw new PayloadException($"There are no objects of the type {typeof(T)}.");
}
