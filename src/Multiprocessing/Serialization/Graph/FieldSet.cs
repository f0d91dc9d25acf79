using System.Reflection;

namespace Multiprocessing.Serialization;

/// <summary>Some instance fields of a type, read and written one after another: by reflection at first, by emitted code later.</summary>
internal sealed class FieldSet
{
    private readonly Type _type;
    private readonly FieldInfo[] _fields;
    private readonly bool _emittable; // pointers cannot be type arguments; they are refused anyway
    private Codec[]? _codecs;
    private int _uses;
    private FieldEmitter.WriteClass? _writeClass;
    private FieldEmitter.ReadClass? _readClass;
    private FieldEmitter.WriteStruct? _writeStruct;
    private FieldEmitter.ReadStruct? _readStruct;

    public FieldSet(Type type, FieldInfo[] fields, ulong mask = 0)
    {
        _type = type;
        _fields = fields;
        Mask = mask;
        _emittable = Array.TrueForAll(fields, static info => !info.FieldType.IsPointer && !info.FieldType.IsFunctionPointer && !info.FieldType.IsByRef);
    }

    /// <summary>For closures: which of the class's fields these are.</summary>
    public ulong Mask { get; }

    public int Count => _fields.Length;

    public Codec[] Codecs => _codecs ??= Array.ConvertAll(_fields, static info => CodecCatalog.For(info.FieldType));

    public void Write(PayloadWriter writer, object instance)
    {
        int at = 0;
        try
        {
            if (_writeClass is { } emitted)
            {
                emitted(writer, instance, ref at);
                return;
            }

            Codec[] codecs = Codecs;
            for (; at < codecs.Length; at++)
            {
                codecs[at].WriteBoxed(writer, _fields[at].GetValue(instance));
            }
        }
        catch (UnserializableException exception) when (exception.Passes(FieldNames.Describe(_fields[at])))
        {
            throw;
        }

        if (IsWorthEmitting())
        {
            _writeClass = FieldEmitter.EmitWrite<FieldEmitter.WriteClass>(_type, _fields);
        }
    }

    public void Read(ref PayloadReader reader, object instance)
    {
        if (_readClass is { } emitted)
        {
            emitted(ref reader, instance);
            return;
        }

        Codec[] codecs = Codecs;
        for (int i = 0; i < codecs.Length; i++)
        {
            _fields[i].SetValue(instance, codecs[i].ReadBoxed(ref reader));
        }

        if (IsWorthEmitting())
        {
            _readClass = FieldEmitter.EmitRead<FieldEmitter.ReadClass>(_type, _fields);
        }
    }

    /// <summary>The emitted code for structs, null while it is not worth it.</summary>
    public FieldEmitter.WriteStruct? StructWriter()
    {
        if (_writeStruct is null && IsWorthEmitting())
        {
            _writeStruct = FieldEmitter.EmitWrite<FieldEmitter.WriteStruct>(_type, _fields);
        }

        return _writeStruct;
    }

    public FieldEmitter.ReadStruct? StructReader()
    {
        if (_readStruct is null && IsWorthEmitting())
        {
            _readStruct = FieldEmitter.EmitRead<FieldEmitter.ReadStruct>(_type, _fields);
        }

        return _readStruct;
    }

    private bool IsWorthEmitting() => ++_uses > FieldAccessMode.UsesBeforeEmitting && _emittable;

    public string Describe(int at) => FieldNames.Describe(_fields[at]);
}
