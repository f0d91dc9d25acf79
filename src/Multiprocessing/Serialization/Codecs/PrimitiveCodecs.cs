using System.Numerics;
using System.Text;

namespace Multiprocessing.Serialization;

/// <summary>Values whose bytes in memory are what travels.</summary>
internal sealed class UnmanagedCodec<T> : ValueCodec<T>
    where T : unmanaged
{
    public override unsafe int LeastSize => sizeof(T);

    public override bool IsSelfContained => true;

    public override void Write(PayloadWriter writer, T value) => writer.WriteUnmanaged(value);

    public override T Read(ref PayloadReader reader) => reader.ReadUnmanaged<T>();
}

internal sealed class BooleanCodec : ValueCodec<bool>
{
    public override bool IsSelfContained => true;

    public override void Write(PayloadWriter writer, bool value) => writer.WriteBoolean(value);

    public override bool Read(ref PayloadReader reader) => reader.ReadBoolean();
}

/// <summary>The types that need no reflection to find their codec, which keeps the start of a worker short.</summary>
internal static class PrimitiveCodecs
{
    public static Codec? Find(Type type) => type.IsEnum ? null : Type.GetTypeCode(type) switch
    {
        TypeCode.Boolean => new BooleanCodec(),
        TypeCode.Char => new UnmanagedCodec<char>(),
        TypeCode.SByte => new UnmanagedCodec<sbyte>(),
        TypeCode.Byte => new UnmanagedCodec<byte>(),
        TypeCode.Int16 => new UnmanagedCodec<short>(),
        TypeCode.UInt16 => new UnmanagedCodec<ushort>(),
        TypeCode.Int32 => new UnmanagedCodec<int>(),
        TypeCode.UInt32 => new UnmanagedCodec<uint>(),
        TypeCode.Int64 => new UnmanagedCodec<long>(),
        TypeCode.UInt64 => new UnmanagedCodec<ulong>(),
        TypeCode.Single => new UnmanagedCodec<float>(),
        TypeCode.Double => new UnmanagedCodec<double>(),
        TypeCode.String => new StringCodec(),
        TypeCode.DateTime => new DateTimeCodec(),
        TypeCode.Decimal => new DecimalCodec(),
        TypeCode.DBNull => new SingletonCodec<DBNull>(DBNull.Value),
        _ => type == typeof(object) ? new ObjectCodec() : null,
    };
}

/// <summary>Positions of type object, and plain objects (used as locks and as tokens).</summary>
internal sealed class ObjectCodec : ReferenceCodec<object>
{
    protected override bool Nests => false;

    protected override void WriteContent(PayloadWriter writer, object value)
    {
    }

    protected override object ReadContent(ref PayloadReader reader)
    {
        object value = new();
        reader.Register(value);
        return value;
    }
}

/// <summary>A type of which there is one object.</summary>
internal class SingletonCodec<T>(T instance) : ReferenceCodec<T>
    where T : class
{
    public override bool IsTracked => false;

    protected override bool Nests => false;

    protected override void WriteContent(PayloadWriter writer, T value)
    {
    }

    protected override T ReadContent(ref PayloadReader reader) => instance;
}
