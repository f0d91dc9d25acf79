using System.Reflection;

namespace Multiprocessing.Serialization;

/// <summary>Fields of a class.</summary>
/// <param name="type">The class.</param>
/// <param name="fields">Which.</param>
/// <param name="mask">For closures: which of the class's fields these are.</param>
internal sealed class ClassFields(Type type, FieldInfo[] fields, ulong mask = 0) : FieldSet(type, fields)
{
    private FieldEmitter.WriteClass? _write;
    private FieldEmitter.ReadClass? _read;

    public ulong Mask { get; } = mask;

    public void Write(PayloadWriter writer, object instance)
    {
        int at = 0;
        try
        {
            if (_write is { } emitted)
            {
                emitted(writer, instance, ref at);
                return;
            }

            WriteByReflection(writer, instance, ref at);
        }
        catch (UnserializableException exception) when (exception.Passes(Describe(at)))
        {
            throw;
        }

        if (IsWorthEmitting())
        {
            _write = EmitWrite<FieldEmitter.WriteClass>();
        }
    }

    public void Read(ref PayloadReader reader, object instance)
    {
        if (_read is { } emitted)
        {
            emitted(ref reader, instance);
            return;
        }

        ReadByReflection(ref reader, instance);
        if (IsWorthEmitting())
        {
            _read = EmitRead<FieldEmitter.ReadClass>();
        }
    }
}
