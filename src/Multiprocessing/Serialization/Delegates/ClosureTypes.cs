using System.Reflection;
using System.Runtime.CompilerServices;

namespace Multiprocessing.Serialization;

/// <summary>The classes that the C# compiler makes for lambdas.</summary>
internal static class ClosureTypes
{
    /// <summary>Holds the captured variables of one scope.</summary>
    public static bool IsClosure(Type type) => !type.IsValueType && type.Name.Contains("DisplayClass", StringComparison.Ordinal)
        && type.IsDefined(typeof(CompilerGeneratedAttribute), false);

    /// <summary>Holds the lambdas that capture nothing: there is one object of it, which has no state.</summary>
    public static bool IsStateless(Type type) => type.Name.StartsWith("<>c", StringComparison.Ordinal) && !IsClosure(type)
        && type.IsDefined(typeof(CompilerGeneratedAttribute), false)
        && type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).Length == 0;
}
