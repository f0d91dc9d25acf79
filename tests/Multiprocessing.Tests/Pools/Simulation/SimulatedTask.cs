using Multiprocessing.Pools;
using Multiprocessing.Serialization;

namespace Multiprocessing.Tests.Pools.Simulation;

/// <summary>A task without a request, which counts how often it ends.</summary>
internal sealed class SimulatedTask : PoolTask
{
    internal int Ends { get; private set; }

    /// <summary>How it ended: <c>done</c>, <c>canceled</c>, or the type of the exception.</summary>
    internal string? Outcome { get; private set; }

    /// <summary>How often a worker started it.</summary>
    internal int Starts { get; set; }

    public override string ToString() => $"{Id}: {State}, {StopReason}, {Outcome}, token {TakesToken}, limit {TimeoutTicks}";

    protected override bool IsResponseRead => true;

    protected override void TakeResponse(ReadOnlySpan<byte> response, IncomingSymbols symbols, LargeBufferSource? buffers, PayloadHolds? holds)
    {
        // What matters of it is its status, which the base class has taken.
    }

    protected override void OnUnread() => throw new InvalidOperationException("A simulated response is always read.");

    protected override void OnEnded()
    {
        Ends++;
        Outcome = IsCanceled ? "canceled" : Failure is { } failure ? failure.GetType().Name : "done";
    }
}
