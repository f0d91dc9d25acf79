using System.Reflection;

namespace Multiprocessing.Serialization;

/// <summary>Codecs of what takes reports of progress.</summary>
internal static class ProgressCodecs
{
    public static Codec? Find(Type type)
    {
        if (!type.IsConstructedGenericType)
        {
            return null;
        }

        Type definition = type.GetGenericTypeDefinition();
        if (definition == typeof(IProgress<>))
        {
            return CodecCatalog.Make(typeof(ProgressPositionCodec<>), type.GetGenericArguments());
        }

        return definition == typeof(RemoteProgress<>)
            ? CodecCatalog.For(typeof(Progress<>).MakeGenericType(type.GetGenericArguments()))
            : null;
    }
}

/// <summary>Writes a token instead of the object. The objects are not numbered: each place that has one gets a stand-in of its own.</summary>
internal sealed class ProgressCodec<T> : ReferenceCodec<Progress<T>>
{
    public override bool IsTracked => false;

    protected override bool Nests => false;

    // The object may be any IProgress<T>, see ProgressPositionCodec.
    public override void WriteObject(PayloadWriter writer, object value) => WriteAny(writer, (IProgress<T>)value);

    protected override void WriteContent(PayloadWriter writer, Progress<T> value) => WriteAny(writer, (IProgress<T>)value);

    protected override Progress<T> ReadContent(ref PayloadReader reader) => ProgressSeam.Instance is { } seam
        ? new RemoteProgress<T>(seam.Open<T>(reader.ReadInt64()))
        : throw new PayloadException("From this process no report of progress finds its way back.");

    private static void WriteAny(PayloadWriter writer, IProgress<T> value)
    {
        if (!writer.AcceptsProgress || ProgressSeam.Instance is not { } seam)
        {
            throw new UnserializableException(
                "an IProgress<T> can be given to a call of a pool only, as argument or captured variable: its reports belong to that call.");
        }

        long token = seam.Register(value, out IDisposable registration);
        writer.Hold(registration);
        writer.WriteInt64(token);
    }
}

/// <summary>
/// Positions of the interface: whatever implements it stays where it is and gets its reports there, unless it says how it travels.
/// </summary>
internal sealed class ProgressPositionCodec<T> : ReferenceCodec<IProgress<T>>
{
    public override void Write(PayloadWriter writer, IProgress<T> value)
    {
        if (value is null or Progress<T> || value.GetType().IsDefined(typeof(PayloadCodecAttribute), inherit: false))
        {
            base.Write(writer, value!);
            return;
        }

        WriteTyped(writer, value, Codec<Progress<T>>.Instance);
    }

    protected override void WriteContent(PayloadWriter writer, IProgress<T> value) =>
        throw new UnserializableException($"there are no objects of the type {typeof(IProgress<T>)}.");

    protected override IProgress<T> ReadContent(ref PayloadReader reader) =>
        throw new PayloadException($"There are no objects of the type {typeof(IProgress<T>)}.");
}
