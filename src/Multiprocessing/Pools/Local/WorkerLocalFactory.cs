using Multiprocessing.Serialization;

namespace Multiprocessing.Pools;

/// <summary>
/// The factory of a <see cref="WorkerLocal{T}"/>: a delegate where it was made, its bytes where it was sent, until somebody needs it. Written
/// once, however many calls take it along.
/// </summary>
internal sealed class WorkerLocalFactory<T>
{
    private readonly Lock _lock = new();
    private Func<T>? _delegate;
    private byte[]? _bytes;
    private PayloadHolds? _holds;

    internal WorkerLocalFactory(Func<T> factory) => _delegate = factory;

    internal WorkerLocalFactory(byte[] bytes) => _bytes = bytes;

    internal T Make()
    {
        Func<T>? factory;
        lock (_lock)
        {
            factory = _delegate ??= SelfContainedPayload.Deserialize<Func<T>>(_bytes);
        }
        return factory();
    }

    internal byte[] ToBytes(PayloadWriter writer)
    {
        lock (_lock)
        {
            _bytes ??= SelfContainedPayload.Serialize(_delegate!, out _holds);
            if (_holds is not null)
            {
                // The factory refers to shared memory, which must be there as long as the call may make use of it.
                writer.Hold(new Keeper(this));
            }
            return _bytes;
        }
    }

    private sealed class Keeper(object kept) : IDisposable
    {
        private object? _kept = kept;

        public void Dispose()
        {
            GC.KeepAlive(_kept);
            _kept = null;
        }
    }
}
