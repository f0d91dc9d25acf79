using System.Reflection;

namespace Multiprocessing.Serialization.Closures;

/// <summary>
/// Collects the fields of closures that a method mentions, and follows it into everything that the compiler split off from it: other
/// lambdas and local functions, and the state machines of async methods and iterators.
/// </summary>
/// <remarks>
/// <para>
/// A field counts as reachable as soon as its token stands in a method that is reachable: no data flow, so closures may go through
/// locals, parents (<c>CS$&lt;&gt;8__locals1</c>) and state machines as they like. That is complete because only code that the compiler
/// generated for the same outer method can name a closure's fields.
/// </para>
/// <para>The answer is "everything" wherever that premise is not certain:</para>
/// <list type="bullet">
/// <item>a closure is handed to code that is not followed, or put where such code can find it (<see cref="MethodScan"/>): it could be
/// read by reflection; the C# compiler does that in expression trees only, which name their fields;</item>
/// <item>a method that receives a closure has no IL (native, or compiled ahead of time and stripped);</item>
/// <item>an instruction that the ECMA standard does not know, or a token that does not resolve (dynamic or rewritten assemblies,
/// references that are missing here).</item>
/// </list>
/// </remarks>
internal sealed class ClosureScan
{
    private readonly Module _module;
    private readonly Dictionary<int, FieldInfo> _fields = [];
    private readonly Dictionary<int, MethodBase> _methods = [];
    private readonly Dictionary<int, Type> _stateMachines = [];
    private readonly Queue<MethodBase> _pending = new();

    private ClosureScan(Module module) => _module = module;

    internal static ClosureReach Run(MethodInfo entry)
    {
        try
        {
            var scan = new ClosureScan(entry.Module);
            // The definition: an instantiated method has the same IL.
            scan.Follow(entry.Module.ResolveMethod(entry.MetadataToken)!);
            while (scan._pending.TryDequeue(out var method))
            {
                if (!MethodScan.Run(scan, method))
                {
                    return ClosureReach.Everything;
                }
            }
            return new ClosureReach(entry.Module, scan._fields);
        }
        // Reflection over foreign metadata can fail in any way; whatever it was, sending all variables is right.
        catch (Exception exception) when (exception is not (OutOfMemoryException or InsufficientExecutionStackException))
        {
            return ClosureReach.Everything;
        }
    }

    /// <summary>Notes that a reachable method mentions <paramref name="field"/>; returns whether its code is followed.</summary>
    internal bool Mention(FieldInfo field)
    {
        if (field.Module != _module || field.DeclaringType is not { } declaring)
        {
            return false;
        }
        if (GeneratedCode.IsClosure(declaring))
        {
            _fields.TryAdd(field.MetadataToken, field);
            return true;
        }
        return FollowStateMachine(declaring);
    }

    /// <summary>Notes that a reachable method calls <paramref name="method"/> or makes a delegate of it; returns whether its code is followed.</summary>
    internal bool Mention(MethodBase method)
    {
        if (method.Module != _module || method.DeclaringType is not { } declaring)
        {
            return false;
        }
        if (FollowStateMachine(declaring))
        {
            return true;
        }
        var ofClosure = GeneratedCode.IsClosure(declaring);
        if (ofClosure && method.IsConstructor)
        {
            return true;
        }
        if (!ofClosure && !GeneratedCode.IsLambdaOrLocalFunction(method))
        {
            return false;
        }
        Follow(method);
        return true;
    }

    private bool FollowStateMachine(Type type)
    {
        if (!GeneratedCode.IsStateMachine(type))
        {
            return false;
        }
        if (_stateMachines.TryAdd(type.MetadataToken, type))
        {
            const BindingFlags all = BindingFlags.DeclaredOnly | BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;
            var definition = type.IsGenericType ? type.GetGenericTypeDefinition() : type;
            foreach (var method in definition.GetMethods(all))
            {
                Follow(method);
            }
        }
        return true;
    }

    private void Follow(MethodBase method)
    {
        if (_methods.ContainsKey(method.MetadataToken))
        {
            return;
        }
        var definition = method is MethodInfo { IsGenericMethod: true } generic ? generic.GetGenericMethodDefinition() : method;
        _methods.Add(method.MetadataToken, definition);
        _pending.Enqueue(definition);
    }
}
