using System.Runtime.CompilerServices;

namespace Multiprocessing.Serialization;

/// <summary>How values of one type are written and read.</summary>
/// <remarks>
/// A <em>position</em> is a place of a declared type: a field, an element, an argument. In a position of a value type stands the value
/// alone; in one of a reference type stands a header first (<see cref="ReferenceHeader"/>). <em>Content</em> is what follows the header.
/// </remarks>
internal abstract class Codec
{
    private int _symbol = -1;

    protected Codec(Type type)
    {
        Type = type;
    }

    public Type Type { get; }

    /// <summary>True if objects of the type are numbered, so that shared references and cycles arrive as such.</summary>
    public virtual bool IsTracked => false;

    /// <summary>Bytes that a position of this type needs at least: what an announced number of elements is checked against.</summary>
    public virtual int LeastSize => 1;

    /// <summary>
    /// True if hashing or comparing a value cannot depend on other objects of the graph which are not complete yet.
    /// </summary>
    public virtual bool IsSelfContained => false;

    public int Symbol => _symbol >= 0 ? _symbol : _symbol = OutgoingSymbols.Process.Intern(Type);

    /// <summary>Writes a value, boxed, as in a position of this type.</summary>
    public abstract void WriteBoxed(PayloadWriter writer, object? value);

    public abstract object? ReadBoxed(ref PayloadReader reader);

    /// <summary>Writes the content of an object of this very type; header, number and symbol are written already.</summary>
    public abstract void WriteObject(PayloadWriter writer, object value);

    public abstract object ReadObject(ref PayloadReader reader);
}

/// <summary>The codec of the positions of type <typeparamref name="T"/>.</summary>
internal abstract class Codec<T> : Codec
{
    /// <summary>The one codec of the type. For a type that cannot be sent it is one that says so.</summary>
    public static readonly Codec<T> Instance = CodecCatalog.For(typeof(T)) as Codec<T> ?? new StandInCodec<T>(CodecCatalog.For(typeof(T)));

    protected Codec()
        : base(typeof(T))
    {
    }

    public abstract void Write(PayloadWriter writer, T value);

    public abstract T Read(ref PayloadReader reader);

    public override void WriteBoxed(PayloadWriter writer, object? value) => Write(writer, (T)value!);

    public override object? ReadBoxed(ref PayloadReader reader) => Read(ref reader);
}

/// <summary>A codec of a value type, whose position and content are the same.</summary>
internal abstract class ValueCodec<T> : Codec<T>
    where T : struct
{
    public override void WriteObject(PayloadWriter writer, object value) => Write(writer, Unsafe.Unbox<T>(value));

    public override object ReadObject(ref PayloadReader reader) => Read(ref reader);
}

/// <summary>For the positions of a type whose objects travel as another type: a generated regular expression as Regex.</summary>
internal sealed class StandInCodec<T>(Codec codec) : Codec<T>
{
    public override void Write(PayloadWriter writer, T value) => codec.WriteBoxed(writer, value);

    public override T Read(ref PayloadReader reader) =>
        codec.ReadBoxed(ref reader) is var value && value is T or null
            ? (T)value!
            : throw new PayloadException($"A {codec.Type} cannot stand for a {typeof(T)}.");

    public override void WriteObject(PayloadWriter writer, object value) => codec.WriteObject(writer, value);

    public override object ReadObject(ref PayloadReader reader) => codec.ReadObject(ref reader);
}
