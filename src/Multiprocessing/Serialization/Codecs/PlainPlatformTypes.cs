using System.Runtime.Intrinsics;
using System.Text;

namespace Multiprocessing.Serialization;

/// <summary>The framework's value types that mean the same in every process of a machine, byte for byte.</summary>
internal static class PlainPlatformTypes
{
    private static readonly HashSet<Type> Opaque =
    [
        typeof(Guid), typeof(DateTime), typeof(DateTimeOffset), typeof(DateOnly), typeof(TimeOnly), typeof(TimeSpan), typeof(decimal),
        typeof(Half), typeof(Int128), typeof(UInt128), typeof(Rune), typeof(Index), typeof(Range),
    ];

    private static readonly HashSet<Type> Generic =
    [
        typeof(Nullable<>), typeof(KeyValuePair<,>), typeof(ValueTuple<>), typeof(ValueTuple<,>), typeof(ValueTuple<,,>),
        typeof(ValueTuple<,,,>), typeof(ValueTuple<,,,,>), typeof(ValueTuple<,,,,,>), typeof(ValueTuple<,,,,,,>),
        typeof(ValueTuple<,,,,,,,>), typeof(Vector64<>), typeof(Vector128<>), typeof(Vector256<>), typeof(Vector512<>),
    ];

    public static bool Contains(Type type) =>
        type.Namespace is "System.Drawing" or "System.Numerics" // points, sizes, rectangles; vectors and matrices
        || Opaque.Contains(type) || type == typeof(ValueTuple) || (type.IsGenericType && Generic.Contains(type.GetGenericTypeDefinition()));

    /// <summary>True if the fields need no look: the type is plain whatever it is made of.</summary>
    public static bool IsOpaque(Type type) => Opaque.Contains(type);

    /// <summary>Generic value types that are written field by field when they are not plain.</summary>
    public static bool IsFieldwise(Type type) => type == typeof(ValueTuple)
        || (type.IsGenericType && (type.GetGenericTypeDefinition() == typeof(KeyValuePair<,>)
            || type.FullName!.StartsWith("System.ValueTuple`", StringComparison.Ordinal)
            || type.FullName.StartsWith("System.Tuple`", StringComparison.Ordinal)));
}
