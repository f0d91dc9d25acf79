using System.Collections.Concurrent;
using System.Reflection;

namespace Multiprocessing.Serialization;

/// <summary>What a delegate is, as far as the writer must know.</summary>
/// <param name="UnboundSymbol">The symbol of the whole delegate, or -1 if it has a target.</param>
/// <param name="Method">The method, null if there are several.</param>
/// <param name="MethodSymbol">The symbol of the method, if there is one method with a target.</param>
/// <param name="Closure">The codec of the target if that is a closure.</param>
internal sealed record DelegateShape(int UnboundSymbol, MethodInfo? Method, int MethodSymbol, Codec? Closure)
{
    /// <summary>Reflecting on new delegates is slow; after this many of them it pays to know them by their code.</summary>
    private const int SlowLooks = 16;

    private static readonly DelegateShape Several = new(-1, null, -1, null);
    private static int Looks;

    /// <summary>Most payloads carry the same few delegates: a static one is the same object again and again.</summary>
    [ThreadStatic]
    private static Delegate? LastDelegate;

    [ThreadStatic]
    private static DelegateShape? LastShape;

    public static DelegateShape Of(Delegate value)
    {
        if (ReferenceEquals(LastDelegate, value))
        {
            return LastShape!;
        }

        if (!value.HasSingleTarget)
        {
            return Several;
        }

        object? target = value.Target;
        if (target is null || Looks < SlowLooks || !DelegateCode.IsKnown)
        {
            return Look(value, target);
        }

        return ByCode(value, target);
    }

    // A capturing lambda is a new delegate at each use, but its code and the type of its closure are the same.
    private static DelegateShape ByCode(Delegate value, object target)
    {
        (Type, nint) key = (target.GetType(), DelegateCode.Of(value));
        if (!BoundShapes.Known.TryGetValue(key, out DelegateShape? shape))
        {
            shape = Look(value, target);
            if (shape.UnboundSymbol < 0)
            {
                BoundShapes.Known.TryAdd(key, shape);
            }
        }

        return shape;
    }

    private static DelegateShape Look(Delegate value, object? target)
    {
        Looks++;
        MethodInfo method = value.Method;
        Type? targetType = target?.GetType();
        bool isClosure = targetType is not null && method.DeclaringType == targetType && ClosureTypes.IsClosure(targetType);
        if (isClosure || (targetType is not null && !ClosureTypes.IsStateless(targetType)))
        {
            return new(-1, method, OutgoingSymbols.Process.Intern(method), isClosure ? CodecCatalog.For(targetType!) : null);
        }

        DelegateShape shape = new(OutgoingSymbols.Process.InternUnbound(value.GetType(), method), method, -1, null);
        LastDelegate = value;
        LastShape = shape;
        return shape;
    }

    /// <summary>Apart, so that a worker's first task need not compile a dictionary of these keys.</summary>
    private static class BoundShapes
    {
        public static readonly ConcurrentDictionary<(Type Target, nint Code), DelegateShape> Known = new();
    }
}
