using System.Reflection;

namespace Multiprocessing.Serialization;

/// <summary>What a delegate is, as far as the writer must know.</summary>
/// <param name="UnboundSymbol">The symbol of the whole delegate, or -1 if it has a target.</param>
/// <param name="Method">The method, null if there are several.</param>
/// <param name="MethodSymbol">The symbol of the method, if there is one method with a target.</param>
/// <param name="Closure">The codec of the target if that is a closure.</param>
internal sealed record DelegateShape(int UnboundSymbol, MethodInfo? Method, int MethodSymbol, Codec? Closure)
{
    private static readonly DelegateShape Several = new(-1, null, -1, null);

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

        MethodInfo method = value.Method;
        object? target = value.Target;
        DelegateShape shape;
        if (target is null || ClosureTypes.IsStateless(target.GetType()))
        {
            shape = new(OutgoingSymbols.Process.InternUnbound(value.GetType(), method), method, -1, null);
            LastDelegate = value;
            LastShape = shape;
            return shape;
        }

        bool isClosure = method.DeclaringType == target.GetType() && ClosureTypes.IsClosure(target.GetType());
        return new(-1, method, OutgoingSymbols.Process.Intern(method), isClosure ? CodecCatalog.For(target.GetType()) : null);
    }
}
