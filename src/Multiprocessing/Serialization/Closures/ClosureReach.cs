using System.Reflection;

namespace Multiprocessing.Serialization.Closures;

/// <summary>The captured variables that one method can reach, over all closure classes of its module. Immutable, thread-safe.</summary>
internal sealed class ClosureReach
{
    private const BindingFlags InstanceFields = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
    private readonly Module? _module;
    private readonly Dictionary<int, FieldInfo> _byToken;
    private readonly Dictionary<Type, FieldInfo[]> _fields = new(ReferenceEqualityComparer.Instance);

    /// <summary>Keeps <paramref name="byToken"/>, which nobody changes any more.</summary>
    internal ClosureReach(Module? module, Dictionary<int, FieldInfo> byToken) => (_module, _byToken) = (module, byToken);

    /// <summary>The answer where the analysis cannot tell: all variables.</summary>
    internal static ClosureReach Everything { get; } = new(null, []);

    internal bool IsEverything => _module is null;

    /// <summary>Whether a field of a closure has to travel.</summary>
    internal bool Contains(FieldInfo field)
    {
        // The compiler's cache of a delegate over this very closure: made again on first use, so it never travels.
        // The type is asked first because the first name of a field costs a process 2 ms.
        if (field.FieldType.IsSubclassOf(typeof(MulticastDelegate)) && field.Name.StartsWith("<>9__", StringComparison.Ordinal))
        {
            return false;
        }
        return _module is null || (field.Module == _module && _byToken.ContainsKey(field.MetadataToken));
    }

    /// <summary>The fields of <paramref name="closureType"/> that have to travel, in the order of declaration. Cached: not to be modified.</summary>
    internal FieldInfo[] FieldsOf(Type closureType)
    {
        lock (_fields)
        {
            if (!_fields.TryGetValue(closureType, out var fields))
            {
                fields = Select(closureType);
                _fields.Add(closureType, fields);
            }
            return fields;
        }
    }

    private FieldInfo[] Select(Type type)
    {
        var fields = type.GetFields(InstanceFields);
        if (!GeneratedCode.IsClosure(type))
        {
            return fields;
        }
        var count = 0;
        foreach (var field in fields)
        {
            if (Contains(field))
            {
                fields[count++] = field;
            }
        }
        Array.Resize(ref fields, count);
        return fields;
    }
}
