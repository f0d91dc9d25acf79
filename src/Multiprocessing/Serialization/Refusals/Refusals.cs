namespace Multiprocessing.Serialization;

/// <summary>Types that cannot be sent, each with what to do instead.</summary>
internal static class Refusals
{
    public static Codec? Find(Type type)
    {
        if (type.IsInterface || (type.IsAbstract && type.IsClass))
        {
            return CodecCatalog.Make(typeof(InterfaceCodec<>), type);
        }

        return RefusalReasons.Of(type) is { } reason ? Refuse(type, reason) : null;
    }

    public static Codec Refuse(Type type, string reason) => type.IsByRefLike || type.ContainsGenericParameters || type.IsPointer
        ? new UntypedRefusal(type, reason)
        : (Codec)Activator.CreateInstance(
            (type.IsValueType ? typeof(RefusedValueCodec<>) : typeof(RefusedCodec<>)).MakeGenericType(type), reason)!;
}

/// <summary>A null can be sent in a position of any type.</summary>
internal sealed class RefusedCodec<T>(string reason) : ReferenceCodec<T>
    where T : class
{
    public override bool IsTracked => false;

    protected override void WriteContent(PayloadWriter writer, T value) => throw RefusalReasons.For(typeof(T), reason);

    protected override T ReadContent(ref PayloadReader reader) => throw new PayloadException($"A {typeof(T)} cannot be read: {reason}");
}

internal sealed class RefusedValueCodec<T>(string reason) : ValueCodec<T>
    where T : struct
{
    public override void Write(PayloadWriter writer, T value) => throw RefusalReasons.For(typeof(T), reason);

    public override T Read(ref PayloadReader reader) => throw new PayloadException($"A {typeof(T)} cannot be read: {reason}");
}

/// <summary>For types that cannot be type arguments.</summary>
internal sealed class UntypedRefusal(Type type, string reason) : Codec(type)
{
    public override void WriteBoxed(PayloadWriter writer, object? value) => throw RefusalReasons.For(Type, reason);

    public override object? ReadBoxed(ref PayloadReader reader) => throw new PayloadException($"A {Type} cannot be read: {reason}");

    public override void WriteObject(PayloadWriter writer, object value) => WriteBoxed(writer, value);

    public override object ReadObject(ref PayloadReader reader) => ReadBoxed(ref reader)!;
}
