using System.Reflection;

namespace Multiprocessing.Serialization;

/// <summary>Reads and writes a collection of the framework in two parts, so that classes derived from it can use them as well.</summary>
internal interface IBaseCodec
{
    /// <summary>What the constructor needs: comparers.</summary>
    void WriteHead(PayloadWriter writer, object value);

    /// <summary>Reads the head and runs the base's constructor on an object of a derived type that has not been constructed.</summary>
    void Construct(ref PayloadReader reader, object instance);

    void WriteElements(PayloadWriter writer, object value);

    void ReadElements(ref PayloadReader reader, object instance);
}

/// <summary>Collections that exist before their elements are read. Content: head, elements.</summary>
internal abstract class CollectionCodec<TCollection> : ReferenceCodec<TCollection>, IBaseCodec
    where TCollection : class
{
    void IBaseCodec.WriteHead(PayloadWriter writer, object value) => WriteHead(writer, (TCollection)value);

    void IBaseCodec.Construct(ref PayloadReader reader, object instance) => ReadHead(ref reader, instance);

    void IBaseCodec.WriteElements(PayloadWriter writer, object value) => WriteElements(writer, (TCollection)value);

    void IBaseCodec.ReadElements(ref PayloadReader reader, object instance) => ReadElements(ref reader, (TCollection)instance);

    protected sealed override void WriteContent(PayloadWriter writer, TCollection value)
    {
        WriteHead(writer, value);
        WriteElements(writer, value);
    }

    protected sealed override TCollection ReadContent(ref PayloadReader reader)
    {
        int id = reader.ReserveReference();
        TCollection value = ReadHead(ref reader, null);
        reader.SetReference(id, value);
        ReadElements(ref reader, value);
        return value;
    }

    protected virtual void WriteHead(PayloadWriter writer, TCollection value)
    {
    }

    /// <summary>Creates the collection, or runs the constructor on <paramref name="instance"/> if that is given.</summary>
    protected abstract TCollection ReadHead(ref PayloadReader reader, object? instance);

    protected abstract void WriteElements(PayloadWriter writer, TCollection value);

    protected abstract void ReadElements(ref PayloadReader reader, TCollection value);

    /// <summary>Runs a constructor of the collection on an object of a derived type.</summary>
    protected static TCollection Construct(object instance, params ReadOnlySpan<(Type Type, object? Value)> arguments)
    {
        Type[] types = new Type[arguments.Length];
        object?[] values = new object?[arguments.Length];
        for (int i = 0; i < arguments.Length; i++)
        {
            (types[i], values[i]) = arguments[i];
        }

        ConstructorInfo constructor = typeof(TCollection).GetConstructor(types)
            ?? throw new PayloadException($"{typeof(TCollection)} has no such constructor.");
        constructor.Invoke(instance, values);
        return (TCollection)instance;
    }
}
