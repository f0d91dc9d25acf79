using System.Reflection;
using System.Runtime.CompilerServices;

namespace Multiprocessing.Serialization.Closures;

/// <summary>
/// Which captured variables a lambda can reach. C# keeps all captured locals of a scope in one object, so a lambda drags along
/// whatever its neighbours use; only what its own IL mentions has to travel.
/// </summary>
/// <remarks>
/// <para>Thread-safe; results are cached for as long as the lambda's module lives.</para>
/// <para>
/// The answer belongs to a delegate, not to a closure object: two delegates over one closure object may reach different variables, and
/// a variable that is reached may itself hold such a second delegate. Whoever copies closures writes, at every delegate, those of its
/// fields that were not written before, and all fields of a closure object that is met by any other way than through a delegate.
/// </para>
/// </remarks>
internal static class CapturedVariables
{
    // A dictionary under a lock: the runtime has it compiled; a concurrent one would cost the first lambda of every process 5 ms.
    private static readonly ConditionalWeakTable<Module, Dictionary<int, ClosureReach>> Cache = [];

    /// <summary>Whether <paramref name="type"/> is a class (or struct) in which the C# compiler keeps captured variables.</summary>
    internal static bool IsClosure(Type type) => GeneratedCode.IsClosure(type);

    /// <summary>Everything that <paramref name="entry"/>, the method of a delegate, can reach in its closure and in the closures around.</summary>
    internal static ClosureReach Of(MethodInfo entry)
    {
        // Only a method of a closure is understood; a delegate bound to a closure in any other way may do with it what it likes.
        if (entry.DeclaringType is not { } declaring || !GeneratedCode.IsClosure(declaring) || entry.IsStatic)
        {
            return ClosureReach.Everything;
        }
        var ofModule = Cache.GetOrAdd(entry.Module, static _ => []);
        lock (ofModule)
        {
            // The token names the definition, so that all instantiations of a generic closure share one analysis.
            if (!ofModule.TryGetValue(entry.MetadataToken, out var reach))
            {
                reach = ClosureScan.Run(entry);
                ofModule.Add(entry.MetadataToken, reach);
            }
            return reach;
        }
    }

    /// <summary>
    /// The instance fields of <paramref name="closureType"/> (the closure of <paramref name="method"/> or one around it) that
    /// <paramref name="method"/> can reach; all of them where that cannot be told, or where the type is not a closure of C#.
    /// </summary>
    internal static FieldInfo[] ReachableFrom(MethodInfo method, Type closureType) => Of(method).FieldsOf(closureType);
}
