using System.Reflection;
using System.Reflection.Emit;

namespace Multiprocessing.Serialization;

/// <summary>Emits a method that writes or reads a given list of fields, whatever their visibility.</summary>
internal static class FieldEmitter
{
    private const BindingFlags Static = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    private static readonly MethodInfo WritePosition = typeof(FieldEmitter).GetMethod(nameof(Write), Static)!;
    private static readonly MethodInfo ReadPosition = typeof(FieldEmitter).GetMethod(nameof(Read), Static)!;

    /// <summary><paramref name="at"/>: index of the field being written, for the path in an error.</summary>
    public delegate void WriteClass(PayloadWriter writer, object instance, ref int at);

    public delegate void ReadClass(ref PayloadReader reader, object instance);

    public delegate void WriteStruct(PayloadWriter writer, ref byte data, ref int at);

    public delegate void ReadStruct(ref PayloadReader reader, ref byte data);

    public static TDelegate EmitWrite<TDelegate>(Type type, FieldInfo[] fields)
        where TDelegate : Delegate
    {
        DynamicMethod method = Define<TDelegate>("WriteFields", type);
        ILGenerator il = method.GetILGenerator();
        for (int i = 0; i < fields.Length; i++)
        {
            il.Emit(OpCodes.Ldarg_2);
            il.Emit(OpCodes.Ldc_I4, i);
            il.Emit(OpCodes.Stind_I4);
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Ldarg_1);
            il.Emit(OpCodes.Ldfld, fields[i]);
            il.Emit(OpCodes.Call, WritePosition.MakeGenericMethod(fields[i].FieldType));
        }

        il.Emit(OpCodes.Ret);
        return method.CreateDelegate<TDelegate>();
    }

    public static TDelegate EmitRead<TDelegate>(Type type, FieldInfo[] fields)
        where TDelegate : Delegate
    {
        DynamicMethod method = Define<TDelegate>("ReadFields", type);
        ILGenerator il = method.GetILGenerator();
        foreach (FieldInfo field in fields)
        {
            il.Emit(OpCodes.Ldarg_1);
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Call, ReadPosition.MakeGenericMethod(field.FieldType));
            il.Emit(OpCodes.Stfld, field);
        }

        il.Emit(OpCodes.Ret);
        return method.CreateDelegate<TDelegate>();
    }

    private static void Write<T>(PayloadWriter writer, T value) => Codec<T>.Instance.Write(writer, value);

    private static T Read<T>(ref PayloadReader reader) => Codec<T>.Instance.Read(ref reader);

    private static DynamicMethod Define<TDelegate>(string name, Type type)
    {
        Type[] parameters = Array.ConvertAll(typeof(TDelegate).GetMethod("Invoke")!.GetParameters(), parameter => parameter.ParameterType);
        return new DynamicMethod($"{name} {type}", typeof(void), parameters, typeof(FieldEmitter).Module, skipVisibility: true);
    }
}
