using System.Reflection;
using System.Runtime.CompilerServices;

namespace Multiprocessing.Serialization;

/// <summary>
/// Fields of a struct. Emitted code finds them at the struct itself, never in a box: in a box they stand behind its type, which such
/// code would overwrite.
/// </summary>
internal sealed class StructFields<T>(FieldInfo[] fields) : FieldSet(typeof(T), fields)
    where T : struct
{
    private FieldEmitter.WriteStruct? _write;
    private FieldEmitter.ReadStruct? _read;

    public void Write(PayloadWriter writer, ref T value)
    {
        int at = 0;
        try
        {
            if (_write is { } emitted)
            {
                emitted(writer, ref Unsafe.As<T, byte>(ref value), ref at);
                return;
            }

            WriteByReflection(writer, value, ref at);
        }
        catch (UnserializableException exception) when (exception.Passes(Describe(at)))
        {
            throw;
        }

        if (IsWorthEmitting())
        {
            _write = EmitWrite<FieldEmitter.WriteStruct>();
        }
    }

    public void Read(ref PayloadReader reader, ref T value)
    {
        if (_read is { } emitted)
        {
            emitted(ref reader, ref Unsafe.As<T, byte>(ref value));
            return;
        }

        object boxed = value;
        ReadByReflection(ref reader, boxed);
        value = (T)boxed;
        if (IsWorthEmitting())
        {
            _read = EmitRead<FieldEmitter.ReadStruct>();
        }
    }
}
