using System.Reflection;

namespace Multiprocessing.Serialization;

/// <summary>What a field is called in the source, as far as its generated name tells.</summary>
internal static class FieldNames
{
    public static string Describe(FieldInfo field)
    {
        string name = field.Name;
        int end = name.IndexOf('>', StringComparison.Ordinal);
        string inner = name.StartsWith('<') && end > 1 ? name[1..end] : name;
        if (!ClosureTypes.IsClosure(field.DeclaringType!))
        {
            return $"field `{inner}`";
        }

        return name.EndsWith("__this", StringComparison.Ordinal) ? "captured `this`"
            : name.StartsWith("CS$<>8__locals", StringComparison.Ordinal) ? "enclosing scope"
            : $"captured variable `{inner}`";
    }
}
