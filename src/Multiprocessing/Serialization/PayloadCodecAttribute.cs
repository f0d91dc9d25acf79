namespace Multiprocessing;

/// <summary>
/// Names the codec by which a type travels between processes, instead of field by field.
/// </summary>
/// <remarks>
/// The codec is a class with a parameterless constructor (of any visibility) that implements <see cref="IPayloadCodec{T}"/> for the
/// type. For a generic type name the open generic codec with as many type parameters: <c>typeof(BoxCodec&lt;&gt;)</c>. One instance
/// serves all threads. A derived type does not inherit the codec: one that names none of its own is refused, because neither its own
/// fields nor its base's would arrive otherwise.
/// </remarks>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct, Inherited = false)]
public sealed class PayloadCodecAttribute : Attribute
{
    /// <summary>Names the codec.</summary>
    /// <param name="codecType">A type that implements <see cref="IPayloadCodec{T}"/>; open generic for a generic type.</param>
    public PayloadCodecAttribute(Type codecType)
    {
        CodecType = codecType;
    }

    /// <summary>The codec's type.</summary>
    public Type CodecType { get; }
}

/// <summary>Writes values of one type into a payload and reads them back in another process.</summary>
/// <typeparam name="T">The type that names this codec by <see cref="PayloadCodecAttribute"/>.</typeparam>
/// <remarks>
/// Instances are used by many threads at once. Null never gets here. A value that appears twice in a payload is written once; a value
/// must not contain itself through its own codec (the reader has nothing to refer to before <see cref="Read"/> returns).
/// </remarks>
public interface IPayloadCodec<T>
{
    /// <summary>Writes the value. What it throws surfaces at the call site as <see cref="UnserializableException"/>.</summary>
    void Write(PayloadWriter writer, T value);

    /// <summary>
    /// Reads exactly what <see cref="Write"/> wrote. What it throws surfaces as <see cref="PayloadException"/>.
    /// </summary>
    T Read(ref PayloadReader reader);
}
