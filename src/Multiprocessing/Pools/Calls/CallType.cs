using Multiprocessing.Serialization;

namespace Multiprocessing.Pools;

/// <summary>What is known of a call's type once and for all.</summary>
internal static class CallType<TCall>
    where TCall : PoolCall
{
    /// <summary>The number under which this process names the type.</summary>
    internal static readonly int Symbol = OutgoingSymbols.Process.Intern(typeof(TCall));

    /// <summary>Whether the delegate can be asked to stop.</summary>
    internal static readonly bool TakesToken = typeof(ITokenCall).IsAssignableFrom(typeof(TCall));
}
