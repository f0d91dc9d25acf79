using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Multiprocessing.Serialization;

/// <summary>The fields that types derived from Exception add.</summary>
internal static class ExceptionFields
{
    private static readonly ConcurrentDictionary<Type, ClassFields> Known = new();

    public static ClassFields Of(Type type) => Known.GetOrAdd(type, static type => new ClassFields(type, Select(type)));

    /// <summary>The message as it was given: the property may add to it ("(Parameter 'x')"), and would again on the other side.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_message")]
    public static extern ref string? Message(Exception exception);

    private static FieldInfo[] Select(Type type)
    {
        List<FieldInfo> fields = [];
        foreach (FieldInfo field in InstanceFields.Of(type, below: typeof(Exception)))
        {
            // An exception of the framework may hold a task, a token or handles. What describes the error are plain values.
            bool isPlatform = AssemblyOrigin.IsPlatform(field.DeclaringType!.Assembly);
            bool isRebuilt = field.DeclaringType == typeof(AggregateException);
            if (!isRebuilt && (!isPlatform || IsPlain(field.FieldType)))
            {
                fields.Add(field);
            }
        }

        return [.. fields];
    }

    private static bool IsPlain(Type type) => type == typeof(string) || type == typeof(string[]) || type == typeof(byte[])
        || type == typeof(Type) || (BlockLayout.IsBlock(type) && type != typeof(nint) && type != typeof(nuint));
}
