using System.Collections.Concurrent;
using System.Reflection;

namespace Multiprocessing.Serialization.Closures;

/// <summary>The captured variables that one method can reach, over all closure classes of its module. Immutable, thread-safe.</summary>
internal sealed class ClosureReach
{
    private const BindingFlags InstanceFields = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
    private readonly Module? _module;
    private readonly int[] _tokens;
    private readonly ConcurrentDictionary<Type, FieldInfo[]> _fields = new();

    internal ClosureReach(Module? module, int[] sortedTokens) => (_module, _tokens) = (module, sortedTokens);

    /// <summary>The answer where the analysis cannot tell: all variables.</summary>
    internal static ClosureReach Everything { get; } = new(null, []);

    internal bool IsEverything => _module is null;

    /// <summary>Whether a field of a closure has to travel.</summary>
    internal bool Contains(FieldInfo field)
    {
        // The compiler's cache of a delegate over this very closure: made again on first use, so it never travels.
        if (field.Name.StartsWith("<>9__", StringComparison.Ordinal))
        {
            return false;
        }
        return _module is null || (field.Module == _module && Array.BinarySearch(_tokens, field.MetadataToken) >= 0);
    }

    /// <summary>The fields of <paramref name="closureType"/> that have to travel, in the order of declaration. Cached: not to be modified.</summary>
    internal FieldInfo[] FieldsOf(Type closureType) =>
        _fields.TryGetValue(closureType, out var known) ? known : _fields.GetOrAdd(closureType, Select(closureType));

    private FieldInfo[] Select(Type type)
    {
        var fields = type.GetFields(InstanceFields);
        return GeneratedCode.IsClosure(type) ? Array.FindAll(fields, Contains) : fields;
    }
}
