using System.Reflection;

namespace Multiprocessing.Serialization;

/// <summary>
/// All instance fields of a type down from the first base that has none or travels in its own way, in an order that is the same in
/// every process. Fields marked [NonSerialized] stay behind.
/// </summary>
internal static class InstanceFields
{
    private const BindingFlags Declared =
        BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    public static FieldInfo[] Of(Type type, Type? below = null)
    {
        List<Type> levels = [];
        for (Type? level = type; level is not null && level != below && level != typeof(object); level = level.BaseType)
        {
            levels.Add(level);
        }

        levels.Reverse();
        List<FieldInfo> fields = [];
        foreach (Type level in levels)
        {
            FieldInfo[] declared = level.GetFields(Declared);
            Array.Sort(declared, static (left, right) => left.MetadataToken.CompareTo(right.MetadataToken));
            foreach (FieldInfo field in declared)
            {
                if (!field.IsDefined(typeof(NonSerializedAttribute), false))
                {
                    fields.Add(field);
                }
            }
        }

        return [.. fields];
    }
}
