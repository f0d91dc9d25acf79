using System.Runtime.InteropServices;

namespace Compare.Limits;

/// <summary>The words that both processes of a bare chain map, each on cache lines of its own.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
internal struct ChainWords
{
    internal const int Size = 4096;

    /// <summary>Caller to worker; a negative value ends the worker.</summary>
    [FieldOffset(0)]
    internal int Request;

    /// <summary>Worker to caller, or to the collector.</summary>
    [FieldOffset(256)]
    internal int Response;

    /// <summary>Collector to caller.</summary>
    [FieldOffset(512)]
    internal int Delivery;

    /// <summary>1: the worker spins; 0: it sleeps.</summary>
    [FieldOffset(768)]
    internal int WorkerSpins;
}
