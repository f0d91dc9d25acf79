using System.Reflection;
using System.Reflection.Emit;

namespace Multiprocessing.Serialization;

/// <summary>Makes delegates of one type on one method of closures: by reflection at first, by emitted code when they are many.</summary>
internal sealed class BoundDelegateFactory(Type delegateType, MethodInfo method)
{
    private int _uses;
    private Func<object, Delegate>? _emitted;

    public Type DelegateType { get; } = delegateType;

    public MethodInfo Method { get; } = method;

    public Codec Closure { get; } = CodecCatalog.For(method.DeclaringType!);

    public Delegate Create(object closure)
    {
        if (_emitted is { } emitted)
        {
            return emitted(closure);
        }

        // What reflection has accepted needs no check when it is emitted.
        Delegate created = Delegate.CreateDelegate(DelegateType, closure, Method);
        if (++_uses > FieldAccessMode.UsesBeforeEmitting && ClosureTypes.IsClosure(Method.DeclaringType!) && !Method.IsVirtual && !Method.IsStatic)
        {
            _emitted = Emit();
        }

        return created;
    }

    private Func<object, Delegate> Emit()
    {
        DynamicMethod factory = new($"Create {DelegateType}", typeof(Delegate), [typeof(object)], typeof(FieldEmitter).Module, skipVisibility: true);
        ILGenerator il = factory.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldftn, Method);
        il.Emit(OpCodes.Newobj, DelegateType.GetConstructor([typeof(object), typeof(nint)])!);
        il.Emit(OpCodes.Ret);
        return factory.CreateDelegate<Func<object, Delegate>>();
    }
}
