using System.Reflection;

namespace Multiprocessing.Serialization;

/// <summary>
/// Tells the overloads of one name apart: the text that reflection gives for the method's definition, taken from the definition of
/// its type, so that it does not depend on type arguments.
/// </summary>
internal static class MethodSignature
{
    private const BindingFlags Declared = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic
        | BindingFlags.DeclaredOnly;

    public static string Of(MethodBase definition)
    {
        if (definition.Name.StartsWith('<'))
        {
            // The compiler gives each lambda and local function a name of its own.
            return string.Empty;
        }

        if (definition.DeclaringType is { IsConstructedGenericType: true } closed)
        {
            definition = MethodBase.GetMethodFromHandle(
                definition.MethodHandle, closed.GetGenericTypeDefinition().TypeHandle) ?? definition;
        }

        return definition.ToString() ?? definition.Name;
    }

    /// <summary>The declared method or constructor of that name and signature, null if there is none.</summary>
    public static MethodBase? Find(Type type, string name, string signature)
    {
        foreach (MemberInfo member in type.GetMember(name, MemberTypes.Method | MemberTypes.Constructor, Declared))
        {
            if (member is MethodBase method && Of(method) == signature)
            {
                return method;
            }
        }

        return null;
    }
}
