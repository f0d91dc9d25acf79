using System.Reflection;

namespace Multiprocessing.Serialization;

/// <summary>
/// Delegates. Content: a number; 0: several in a row, their number and each as in a position follow. 1: symbol of the method and its target. 2: the
/// same, the target being a closure. 3 and above: the delegate without target whose symbol is the number minus 3.
/// Not numbered: two references to one delegate arrive as two that are equal.
/// </summary>
internal sealed class DelegateCodec<T> : ReferenceCodec<T>
    where T : Delegate
{
    private const int Several = 0;
    private const int Bound = 1;
    private const int BoundToClosure = 2;
    private const int FirstUnbound = 3;

    public override bool IsTracked => false;

    public override int LeastSize => 1;

    protected override void WriteContent(PayloadWriter writer, T value)
    {
        DelegateShape shape = DelegateShape.Of(value);
        if (shape.UnboundSymbol >= 0)
        {
            writer.WriteVarUInt((uint)shape.UnboundSymbol + FirstUnbound);
            writer.Use(shape.UnboundSymbol);
        }
        else if (shape.Method is null)
        {
            writer.WriteVarUInt(Several);
            WriteSeveral(writer, value);
        }
        else
        {
            WriteBound(writer, value.Target!, shape);
        }
    }

    protected override T ReadContent(ref PayloadReader reader)
    {
        ulong form = reader.ReadVarUInt();
        if (form >= FirstUnbound)
        {
            return Cast(reader.Symbols.GetUnboundDelegate((int)Math.Min(form - FirstUnbound, int.MaxValue)));
        }

        return form switch
        {
            Several => ReadSeveral(ref reader),
            Bound => ReadBound(ref reader),
            _ => ReadBoundToClosure(ref reader),
        };
    }

    private static void WriteBound(PayloadWriter writer, object target, DelegateShape shape)
    {
        MethodInfo method = shape.Method!;
        writer.WriteVarUInt(shape.Closure is null ? (uint)Bound : BoundToClosure);
        writer.WriteSymbol(shape.MethodSymbol);
        MethodInfo? outer = writer.ClosureMethod;
        writer.ClosureMethod = method;
        try
        {
            (shape.Closure ?? Codec<object>.Instance).WriteBoxed(writer, target);
        }
        catch (UnserializableException exception) when (shape.Closure is null && exception.Passes("`this` of the delegate"))
        {
            throw;
        }

        writer.ClosureMethod = outer;
    }

    private static T ReadBound(ref PayloadReader reader)
    {
        MethodInfo method = reader.Symbols.GetMethod(reader.ReadSymbol()) as MethodInfo
            ?? throw new PayloadException("A delegate calls a constructor.");
        object target = Codec<object>.Instance.Read(ref reader) ?? throw new PayloadException("A delegate lacks its target.");
        return (T)Delegate.CreateDelegate(typeof(T), target, method);
    }

    private static T ReadBoundToClosure(ref PayloadReader reader)
    {
        BoundDelegateFactory factory = reader.Symbols.GetFactory(reader.ReadSymbol(), typeof(T));
        object closure = factory.Closure.ReadBoxed(ref reader) ?? throw new PayloadException("A delegate lacks its closure.");
        return (T)factory.Create(closure);
    }

    private void WriteSeveral(PayloadWriter writer, T value)
    {
        Delegate[] parts = value.GetInvocationList();
        writer.WriteVarUInt((uint)parts.Length);
        int i = 0;
        try
        {
            for (; i < parts.Length; i++)
            {
                Write(writer, (T)parts[i]);
            }
        }
        catch (UnserializableException exception) when (exception.Passes($"delegate [{i}]"))
        {
            throw;
        }
    }

    private T ReadSeveral(ref PayloadReader reader)
    {
        Delegate[] parts = new Delegate[reader.ReadCount(1)];
        for (int i = 0; i < parts.Length; i++)
        {
            parts[i] = Read(ref reader) ?? throw new PayloadException("A delegate is missing.");
        }

        return Cast(Delegate.Combine(parts) ?? throw new PayloadException("A delegate calls nothing."));
    }

    private static T Cast(Delegate value) =>
        value as T ?? throw new PayloadException($"A {value.GetType()} stands where a {typeof(T)} is expected.");
}
