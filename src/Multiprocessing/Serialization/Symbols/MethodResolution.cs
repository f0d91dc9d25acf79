using System.Reflection;

namespace Multiprocessing.Serialization;

/// <summary>Finds a method by its metadata token, checked by name and signature, else by name and signature alone.</summary>
internal static class MethodResolution
{
    public static MethodBase Find(Type type, int token, string name, string signature)
    {
        MethodBase? method = ByToken(type, token, name, signature) ?? MethodSignature.Find(type, name, signature);
        return method ?? throw new PayloadException($"The method {signature} does not exist in {type}.");
    }

    // The token means what it says only in the very same build of the module: user assemblies are compared by MVID when their symbol
    // is resolved, the framework's may differ. So it is a guess, and name and signature decide.
    private static MethodBase? ByToken(Type type, int token, string name, string signature)
    {
        try
        {
            if (type.Module.ResolveMethod(token) is not { } method || method.Name != name || MethodSignature.Of(method) != signature)
            {
                return null;
            }

            return type.IsConstructedGenericType ? MethodBase.GetMethodFromHandle(method.MethodHandle, type.TypeHandle)
                : method.DeclaringType == type ? method : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
