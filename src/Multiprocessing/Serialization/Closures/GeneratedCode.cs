using System.Reflection;

namespace Multiprocessing.Serialization.Closures;

/// <summary>
/// Recognizes what the C# compiler generates, by names that no identifier of the language can have (Roslyn's GeneratedNames; they have
/// been the same since C# 6 and tools depend on them). A wrong guess costs bytes, not correctness: what is not recognized is sent whole.
/// </summary>
internal static class GeneratedCode
{
    /// <summary>A display class or display struct: <c>&lt;&gt;c__DisplayClass0_0</c>.</summary>
    internal static bool IsClosure(Type type) => type.Name.StartsWith("<>c__DisplayClass", StringComparison.Ordinal);

    /// <summary>The class or struct of an async method or iterator: <c>&lt;Name&gt;d__0</c>, <c>&lt;&lt;Name&gt;b__0&gt;d</c>.</summary>
    internal static bool IsStateMachine(Type type) =>
        type.IsNested && type.Name[0] == '<' && type.Name.Contains(">d", StringComparison.Ordinal);

    /// <summary>A lambda or local function, wherever the compiler put it.</summary>
    internal static bool IsLambdaOrLocalFunction(MethodBase method) => method.Name[0] == '<';

    /// <summary>A closure, or a reference to one, as a parameter, local or field has it.</summary>
    internal static bool CarriesClosure(Type type) => IsClosure(type.IsByRef || type.IsPointer ? type.GetElementType()! : type);
}
