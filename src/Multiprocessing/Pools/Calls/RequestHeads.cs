using System.Runtime.CompilerServices;
using Multiprocessing.Serialization;

namespace Multiprocessing.Pools;

/// <summary>
/// The serialized heads of the calls that this thread made last, by delegate instance. Only of delegates without state: what a closure
/// has captured may change between two calls.
/// </summary>
internal sealed class RequestHeads
{
    private const int Size = 16; // Pairs: two delegates that fall on one place do not drive each other out.

    [ThreadStatic]
    private static RequestHeads? Current;

    private static readonly ConditionalWeakTable<Type, object> Stateful = [];
    private static readonly ConditionalWeakTable<Type, object> Stateless = [];
    private readonly Head?[] _heads = new Head?[Size];

    /// <summary>The head of a call; null if the delegate has state.</summary>
    internal static Head? Of(int callSymbol, Delegate function)
    {
        var heads = (Current ??= new RequestHeads())._heads;
        var place = RuntimeHelpers.GetHashCode(function) & (Size - 2);
        ref var last = ref heads[place];
        ref var other = ref heads[place + 1];
        if (last is { } known && known.IsOf(callSymbol, function))
        {
            return known;
        }
        var head = other is { } second && second.IsOf(callSymbol, function) ? second : IsStateless(function) ? Write(callSymbol, function) : null;
        if (head is not null)
        {
            (last, other) = (head, last);
        }
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
