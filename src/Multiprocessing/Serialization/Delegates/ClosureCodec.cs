using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;
using Multiprocessing.Serialization.Closures;

namespace Multiprocessing.Serialization;

/// <summary>
/// Closures of C#: header, the set of fields that follow as a bit mask, and those fields. Which ones is decided by the method of the
/// delegate through which the closure is reached. A reference to a closure that came before is followed by such a set as well: the
/// fields that this delegate needs and the earlier ones did not. Bit 63 stands for all fields from the 64th on.
/// </summary>
internal sealed class ClosureCodec<T> : Codec<T>
    where T : class
{
    private readonly FieldInfo[] _fields = InstanceFields.Of(typeof(T));
    private readonly ConcurrentDictionary<MethodInfo, Reach> _reach = new();
    private Reach? _lastReach;
    private volatile ClassFields[] _sets = []; // few: one per lambda of the scope, or union of such
    private ClassFields? _lastSet;

    public override void Write(PayloadWriter writer, T value) => Write(writer, value, MaskOf(writer.ClosureMethod));

    public override T Read(ref PayloadReader reader)
    {
        ulong header = reader.ReadVarUInt();
        if (header == ReferenceHeader.Null)
        {
            return null!;
        }

        T value;
        if (header == ReferenceHeader.Exact)
        {
            value = Unsafe.As<T>(RuntimeHelpers.GetUninitializedObject(typeof(T)));
            reader.Register(value);
        }
        else
        {
            value = reader.GetReference(header - ReferenceHeader.FirstReference) as T
                ?? throw new PayloadException($"Another object stands where a closure is expected.");
        }

        ulong mask = reader.ReadVarUInt();
        if (mask == 0)
        {
            return value;
        }

        if ((mask & ~MaskOf(null)) != 0)
        {
            throw new PayloadException("A closure has more fields than its class.");
        }

        if (RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            SetOf(mask).Read(ref reader, value);
        }
        else
        {
            DeepStack.Read(SetOf(mask), ref reader, value);
        }

        return value;
    }

    public override void WriteObject(PayloadWriter writer, object value) => Write(writer, (T)value, MaskOf(null));

    public override object ReadObject(ref PayloadReader reader) => Read(ref reader) ?? throw new PayloadException("A closure is missing.");

    private void Write(PayloadWriter writer, T value, ulong reachable)
    {
        if (value is null)
        {
            writer.WriteByte(ReferenceHeader.Null);
            return;
        }

        int reference = writer.FindOrAddReference(value);
        if (reference >= 0)
        {
            writer.WriteVarUInt((uint)reference + ReferenceHeader.FirstReference);
        }
        else
        {
            reference = ~reference;
            writer.WriteByte(ReferenceHeader.Exact);
        }

        ulong mask = writer.ClaimClosureFields(reference, reachable);
        writer.WriteVarUInt(mask);
        if (mask == 0)
        {
            return;
        }

        if (RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            SetOf(mask).Write(writer, value);
        }
        else
        {
            DeepStack.Write(SetOf(mask), writer, value);
        }
    }

    private ulong MaskOf(MethodInfo? method)
    {
        if (method is null)
        {
            return _fields.Length >= 64 ? ulong.MaxValue : (1ul << _fields.Length) - 1;
        }

        Reach? last = _lastReach;
        if (last is null || !ReferenceEquals(last.Method, method))
        {
            _lastReach = last = _reach.TryGetValue(method, out Reach? known) ? known : _reach.GetOrAdd(method, new Reach(method, Examine(method)));
        }

        return last.Mask;
    }

    private ulong Examine(MethodInfo method)
    {
        ulong mask = 0;
        foreach (FieldInfo field in ReachableFields.Of(method, typeof(T)))
        {
            int at = Array.FindIndex(_fields, candidate => candidate.Name == field.Name);
            mask |= at >= 0 ? 1ul << Math.Min(at, 63) : 0;
        }

        return mask;
    }

    private ClassFields SetOf(ulong mask)
    {
        ClassFields? last = _lastSet;
        if (last is not null && last.Mask == mask)
        {
            return last;
        }

        ClassFields? set = Array.Find(_sets, candidate => candidate.Mask == mask);
        if (set is null)
        {
            FieldInfo[] fields = [.. _fields.Where((_, i) => (mask >> Math.Min(i, 63) & 1) != 0)];
            set = new ClassFields(typeof(T), fields, mask);

            // A set that gets lost because two threads add one at a time is made again.
            _sets = [.. _sets, set];
        }

        return _lastSet = set;
    }

    private sealed record Reach(MethodInfo Method, ulong Mask);
}

/// <summary>The seam to the analysis of a lambda's code.</summary>
internal static class ReachableFields
{
    public static FieldInfo[] Of(MethodInfo method, Type closure) => CapturedVariables.ReachableFrom(method, closure);
}
