using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Multiprocessing.Serialization;

/// <summary>
/// Tells which value types travel as the bytes that they have in memory: those made of numbers and other plain values only. Both
/// sides run the same build on the same machine, so the layout is the same. A pointer or a handle is only a number too, but of one
/// process: nint itself may be sent, since its sender knows what he does, structs with pointers may not.
/// </summary>
internal static class BlockLayout
{
    private static readonly ConcurrentDictionary<Type, bool> Known = new();

    public static bool IsBlock(Type type) => type.IsPrimitive || type.IsEnum || (type.IsValueType && Known.GetOrAdd(type, Examine));

    private static bool Examine(Type type)
    {
        if (type.IsByRefLike || type.IsPointer || type.ContainsGenericParameters || type.IsDefined(typeof(PayloadCodecAttribute), false))
        {
            return false;
        }

        if (AssemblyOrigin.IsPlatform(type.Assembly))
        {
            return PlainPlatformTypes.Contains(type) && AllFields(type);
        }

        return AllFields(type);
    }

    private static bool AllFields(Type type)
    {
        foreach (FieldInfo field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
        {
            Type fieldType = field.FieldType;
            if (!fieldType.IsValueType || !(fieldType.IsPrimitive || fieldType.IsEnum || PlainPlatformTypes.IsOpaque(type) || IsBlock(fieldType)))
            {
                return false;
            }
        }

        return true;
    }
}
