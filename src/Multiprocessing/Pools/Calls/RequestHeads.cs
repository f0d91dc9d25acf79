using System.Runtime.CompilerServices;
using Multiprocessing.Serialization;

namespace Multiprocessing.Pools;

/// <summary>
/// The serialized heads of the calls that this thread made last, by delegate instance. Only of delegates without state: what a closure
/// has captured may change between two calls.
/// </summary>
internal sealed class RequestHeads
{
    private const int Sets = 16;

    /// <summary>So many delegates whose hash codes put them into one set do not drive each other out; the one used last is the first.</summary>
    private const int Ways = 4;

    [ThreadStatic]
    private static RequestHeads? Current;

    private static readonly ConditionalWeakTable<Type, object> Stateful = [];
    private static readonly ConditionalWeakTable<Type, object> Stateless = [];
    private readonly Head?[] _heads = new Head?[Sets * Ways];

    /// <summary>The head of a call; null if the delegate has state.</summary>
    internal static Head? Of(int callSymbol, Delegate function)
    {
        var heads = (Current ??= new RequestHeads())._heads;
        var set = heads.AsSpan((RuntimeHelpers.GetHashCode(function) & (Sets - 1)) * Ways, Ways);
        var way = 0;
        while (way < set.Length && set[way] is { } known)
        {
            if (known.IsOf(callSymbol, function))
            {
                return way == 0 ? known : PutFirst(set, way, known);
            }
            way++;
        }
        return IsStateless(function) ? PutFirst(set, Math.Min(way, Ways - 1), Write(callSymbol, function)) : null;
    }

    /// <summary>In place of the one at <paramref name="way"/>.</summary>
    private static Head PutFirst(Span<Head?> set, int way, Head head)
    {
        set[..way].CopyTo(set[1..]);
        set[0] = head;
        return head;
    }

    private static Head Write(int callSymbol, Delegate function)
    {
        var writer = PayloadWriter.Rent();
        try
        {
            writer.WriteSymbol(callSymbol);
            Serializer.Write(writer, function);
            return new Head(function, callSymbol, writer.Written.ToArray(), writer.HighestSymbol);
        }
        finally
        {
            writer.Return();
        }
    }

    private static bool IsStateless(Delegate function)
    {
        if (!function.HasSingleTarget)
        {
            return false;
        }
        if (function.Target is not { } target)
        {
            return true;
        }
        var type = target.GetType();
        if (Stateless.TryGetValue(type, out _))
        {
            return true;
        }
        if (Stateful.TryGetValue(type, out _))
        {
            return false;
        }
        var isStateless = !type.IsArray && !HasFields(type);
        (isStateless ? Stateless : Stateful).TryAdd(type, type.Name);
        return isStateless;
    }

    private static bool HasFields(Type type)
    {
        const System.Reflection.BindingFlags AllOfInstance = System.Reflection.BindingFlags.Instance
            | System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.DeclaredOnly;
        for (var current = type; current is not null; current = current.BaseType)
        {
            if (current.GetFields(AllOfInstance).Length > 0)
            {
                return true;
            }
        }
        return false;
    }

    internal sealed record Head(Delegate Function, int CallSymbol, byte[] Bytes, int HighestSymbol)
    {
        internal bool IsOf(int callSymbol, Delegate function) => ReferenceEquals(Function, function) && CallSymbol == callSymbol;
    }
}
