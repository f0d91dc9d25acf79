using System.Reflection;
using System.Runtime.CompilerServices;

namespace Multiprocessing.Serialization;

/// <summary>Makes delegates of foreign descriptions.</summary>
internal static class DelegateFactory
{
    public static Delegate CreateUnbound(Type delegateType, MethodInfo method)
    {
        if (!delegateType.IsSubclassOf(typeof(MulticastDelegate)))
        {
            throw new PayloadException($"{delegateType} is no delegate type.");
        }

        if (!method.IsStatic && ClosureTypes.IsStateless(method.DeclaringType!))
        {
            return Delegate.CreateDelegate(delegateType, RuntimeHelpers.GetUninitializedObject(method.DeclaringType!), method);
        }

        return Delegate.CreateDelegate(delegateType, null, method);
    }
}
