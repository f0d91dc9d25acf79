using Multiprocessing.Tests.Pools;

namespace Multiprocessing.Conformance.Pools;

/// <summary>The contract of all pools, with workers that are started anew each time.</summary>
public sealed class SpawnPoolTests : PoolContract
{
    private protected override PoolBackend Backend => PoolBackend.Processes;

    private protected override MultiprocessingContext? Context => MultiprocessingContext.Get(StartMethod.Spawn);
}
