using System.Reflection;
using System.Runtime.CompilerServices;

namespace Multiprocessing.Serialization;

/// <summary>
/// The address of the code that a delegate calls. Together with the type of the target it stands for one method; a method may have
/// several addresses. The runtime keeps it in a private field: where there is none of that name, delegates are looked at by reflection.
/// </summary>
internal static class DelegateCode
{
    private const string FieldName = "_methodPtr";

    public static readonly bool IsKnown = RuntimeFeature.IsDynamicCodeCompiled
        && typeof(Delegate).GetField(FieldName, BindingFlags.Instance | BindingFlags.NonPublic)?.FieldType == typeof(nint);

    public static nint Of(Delegate value) => Field(value);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = FieldName)]
    private static extern ref nint Field(Delegate value);
}
