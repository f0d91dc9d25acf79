using System.Runtime.CompilerServices;

namespace Multiprocessing.Serialization;

/// <summary>Base of the codecs of reference types: null, shared references, and objects of derived types.</summary>
internal abstract class ReferenceCodec<T> : Codec<T>
    where T : class
{
    private Codec? _lastOther; // the codec of the last object whose type was not T: most positions see one or two types

    /// <summary>False where a cycle through the content is impossible, so that the depth of the stack needs no guard.</summary>
    protected virtual bool Nests => true;

    public override bool IsTracked => true;

    public override void Write(PayloadWriter writer, T value)
    {
        if (value is null)
        {
            writer.WriteByte(ReferenceHeader.Null);
            return;
        }

        Codec codec = this;
        if (value.GetType() != typeof(T) && !ReferenceEquals(codec = CodecOf(value), this))
        {
            WriteTyped(writer, value, codec);
            return;
        }

        if (IsTracked && writer.TryWriteReference(value))
        {
            return;
        }

        writer.WriteByte(ReferenceHeader.Exact);
        if (Nests && !RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            DeepStack.Write(this, writer, value);
            return;
        }

        WriteContent(writer, value);
    }

    public override T Read(ref PayloadReader reader)
    {
        ulong header = reader.ReadVarUInt();
        if (header == ReferenceHeader.Null)
        {
            return null!;
        }

        if (header == ReferenceHeader.Exact)
        {
            return Nests && !RuntimeHelpers.TryEnsureSufficientExecutionStack()
                ? (T)DeepStack.Read(this, ref reader)
                : ReadContent(ref reader);
        }

        object value = header == ReferenceHeader.Typed
            ? ReadTyped(ref reader)
            : reader.GetReference(header - ReferenceHeader.FirstReference);
        return value as T ?? throw new PayloadException($"A {value.GetType()} stands where a {typeof(T)} is expected.");
    }

    public override void WriteObject(PayloadWriter writer, object value) => WriteContent(writer, Unsafe.As<T>(value));

    public override object ReadObject(ref PayloadReader reader) => ReadContent(ref reader);

    protected abstract void WriteContent(PayloadWriter writer, T value);

    /// <summary>Creates and reads an object. If the type is tracked it takes a number before it reads anything that can refer to others.</summary>
    protected abstract T ReadContent(ref PayloadReader reader);

    protected static void WriteTyped(PayloadWriter writer, object value, Codec codec)
    {
        if (codec.IsTracked && writer.TryWriteReference(value))
        {
            return;
        }

        int symbol = codec.Symbol;
        writer.WriteByte(ReferenceHeader.Typed);
        writer.WriteSymbol(symbol);
        if (RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            codec.WriteObject(writer, value);
        }
        else
        {
            DeepStack.Write(codec, writer, value);
        }
    }

    private static object ReadTyped(ref PayloadReader reader)
    {
        Codec codec = reader.Symbols.GetCodec(reader.ReadSymbol());
        return RuntimeHelpers.TryEnsureSufficientExecutionStack() ? codec.ReadObject(ref reader) : DeepStack.Read(codec, ref reader);
    }

    private Codec CodecOf(T value)
    {
        Type type = value.GetType();
        Codec? last = _lastOther;
        if (last is not null && last.Type == type)
        {
            return last;
        }

        return _lastOther = CodecCatalog.For(type);
    }
}

/// <summary>For objects that exist only after their content has been read (immutable ones): nothing inside can refer to them.</summary>
internal abstract class LateReferenceCodec<T> : ReferenceCodec<T>
    where T : class
{
    protected sealed override void WriteContent(PayloadWriter writer, T value)
    {
        int depth = writer.EnterLate();
        WriteLate(writer, value);
        writer.LeaveLate(depth);
    }

    protected sealed override T ReadContent(ref PayloadReader reader)
    {
        int id = reader.ReserveReference();
        T value = ReadLate(ref reader);
        reader.SetReference(id, value);
        return value;
    }

    protected abstract void WriteLate(PayloadWriter writer, T value);

    protected abstract T ReadLate(ref PayloadReader reader);
}
