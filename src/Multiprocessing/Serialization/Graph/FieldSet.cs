using System.Reflection;

namespace Multiprocessing.Serialization;

/// <summary>Some instance fields of a type, read and written one after another: by reflection at first, by emitted code later.</summary>
internal abstract class FieldSet
{
    private readonly Type _type;
    private readonly FieldInfo[] _fields;
    private readonly bool _emittable; // pointers cannot be type arguments; they are refused anyway
    private Codec[]? _codecs;
    private int _uses;

    protected FieldSet(Type type, FieldInfo[] fields)
    {
        _type = type;
        _fields = fields;
        _emittable = Array.TrueForAll(fields, static info => !info.FieldType.IsPointer && !info.FieldType.IsFunctionPointer && !info.FieldType.IsByRef);
    }

    public int Count => _fields.Length;

    public Codec[] Codecs => _codecs ??= Array.ConvertAll(_fields, static info => CodecCatalog.For(info.FieldType));

    public string Describe(int at) => FieldNames.Describe(_fields[at]);

    /// <param name="writer">Gets the fields.</param>
    /// <param name="instance">An object or a boxed struct.</param>
    /// <param name="at">Index of the field being written, for the path in an error.</param>
    protected void WriteByReflection(PayloadWriter writer, object instance, ref int at)
    {
        Codec[] codecs = Codecs;
        for (; at < codecs.Length; at++)
        {
            codecs[at].WriteBoxed(writer, _fields[at].GetValue(instance));
        }
    }

    protected void ReadByReflection(ref PayloadReader reader, object instance)
    {
        Codec[] codecs = Codecs;
        for (int i = 0; i < codecs.Length; i++)
        {
            _fields[i].SetValue(instance, codecs[i].ReadBoxed(ref reader));
        }
    }

    /// <summary>Counts a use. Threads may lose each other's counts; that makes no difference but when.</summary>
    protected bool IsWorthEmitting() => ++_uses > FieldAccessMode.UsesBeforeEmitting && _emittable;

    protected TDelegate EmitWrite<TDelegate>()
        where TDelegate : Delegate => FieldEmitter.EmitWrite<TDelegate>(_type, _fields);

    protected TDelegate EmitRead<TDelegate>()
        where TDelegate : Delegate => FieldEmitter.EmitRead<TDelegate>(_type, _fields);
}
