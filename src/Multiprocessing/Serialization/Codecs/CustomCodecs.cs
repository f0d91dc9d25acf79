using System.Reflection;

namespace Multiprocessing.Serialization;

/// <summary>Types that bring their own codec.</summary>
internal static class CustomCodecs
{
    public static Codec? Find(Type type)
    {
        if (type.GetCustomAttribute<PayloadCodecAttribute>(inherit: false) is not { } attribute)
        {
            return null;
        }

        Type codec = attribute.CodecType;
        try
        {
            if (codec.IsGenericTypeDefinition)
            {
                codec = codec.MakeGenericType(type.GetGenericArguments());
            }

            Type expected = typeof(IPayloadCodec<>).MakeGenericType(type);
            if (!expected.IsAssignableFrom(codec))
            {
                return Refusals.Refuse(type, $"its codec {codec} is no IPayloadCodec of it.");
            }

            object instance = Activator.CreateInstance(codec, nonPublic: true)!;
            return (Codec)Activator.CreateInstance(
                (type.IsValueType ? typeof(CustomValueCodec<>) : typeof(CustomReferenceCodec<>)).MakeGenericType(type), instance)!;
        }
        catch (Exception exception) when (exception is ArgumentException or MissingMethodException or TargetInvocationException)
        {
            return Refusals.Refuse(type, $"its codec {codec} cannot be created: {(exception.InnerException ?? exception).Message}");
        }
    }
}

internal sealed class CustomReferenceCodec<T>(IPayloadCodec<T> codec) : LateReferenceCodec<T>
    where T : class
{
    protected override void WriteLate(PayloadWriter writer, T value) => CustomCode.Write(codec, writer, value);

    protected override T ReadLate(ref PayloadReader reader) =>
        codec.Read(ref reader) ?? throw new PayloadException($"The codec of {typeof(T)} returned null.");
}

internal sealed class CustomValueCodec<T>(IPayloadCodec<T> codec) : ValueCodec<T>
    where T : struct
{
    /// <summary>A codec of a struct may write nothing at all.</summary>
    public override int LeastSize => 1;

    public override void Write(PayloadWriter writer, T value)
    {
        writer.WriteByte(0);
        CustomCode.Write(codec, writer, value);
    }

    public override T Read(ref PayloadReader reader)
    {
        reader.ReadByte();
        return codec.Read(ref reader);
    }
}

internal static class CustomCode
{
    public static void Write<T>(IPayloadCodec<T> codec, PayloadWriter writer, T value)
    {
        try
        {
            codec.Write(writer, value);
        }
        catch (Exception exception) when (exception is not UnserializableException)
        {
            throw new UnserializableException($"the codec of {typeof(T)} threw: {exception.Message}", exception);
        }
    }
}
