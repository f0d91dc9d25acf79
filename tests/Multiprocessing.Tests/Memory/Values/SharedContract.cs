namespace Multiprocessing.Tests.Memory.Values;

/// <summary>
/// One behaviour wherever the other side is: on another thread, in a process that was spawned, in one that waited. Everything passes
/// through a payload, so each side has objects of its own.
/// </summary>
public abstract class SharedContract(PoolBackend backend, StartMethod method) : IAsyncDisposable
{
    protected ProcessPool Pool { get; } =
        new(new ProcessPoolOptions { Workers = 2, Backend = backend, Context = MultiprocessingContext.Get(method) });

    public async ValueTask DisposeAsync()
    {
        await Pool.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected static string NewName() => $"test {Guid.NewGuid()}";
}
