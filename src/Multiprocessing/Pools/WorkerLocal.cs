using Multiprocessing.Pools;

namespace Multiprocessing;

/// <summary>
/// A value that every worker of a <see cref="ProcessPool"/> makes for itself when it is first needed there, and keeps for later tasks: a
/// loaded model, an open connection, a cache. Keep it in a local variable that lambdas capture, or in a static field:
/// <code>
/// var model = new WorkerLocal&lt;Model&gt;(() => Model.Load(path));
/// float[] scores = pool.Map(x => model.Value.Score(x), items);
/// </code>
/// </summary>
/// <remarks>
/// <para>
/// What is sent to a worker is the factory, not the value; the factory's captured variables are copied as they were when the object was first
/// sent. All copies of one object share the value of their worker. If the factory throws, the task that asked fails with the exception, and
/// the next one that asks tries again.
/// </para>
/// <para>
/// When a worker ends cleanly (the pool has been completed or disposed of, or the worker is replaced or was idle for long), the values are
/// disposed of in the reverse order of their making, after <see cref="ProcessPoolOptions.ExitHook"/> and within its time limit. When a worker
/// is killed or dies, its values go with its process.
/// </para>
/// <para>Thread-safe: threads of one task that ask at the same time get the same value.</para>
/// </remarks>
/// <typeparam name="T">The type of the value. It never leaves its worker, so it need not be one that can be sent.</typeparam>
[PayloadCodec(typeof(WorkerLocalCodec<>))]
public sealed class WorkerLocal<T>
{
    private readonly WorkerLocalFactory<T> _factory;

    /// <summary>Makes the object; the factory runs later, in the workers.</summary>
    /// <param name="factory">Makes the value of one worker. It must be such that it can be sent to a worker.</param>
    /// <exception cref="ArgumentNullException">The factory is null.</exception>
    public WorkerLocal(Func<T> factory)
    {
        ArgumentNullException.ThrowIfNull(factory);
        Id = Guid.NewGuid();
        _factory = new WorkerLocalFactory<T>(factory);
    }

    internal WorkerLocal(Guid id, byte[] factory)
    {
        Id = id;
        _factory = new WorkerLocalFactory<T>(factory);
    }

    /// <summary>The value of this worker; made now if it has none yet.</summary>
    /// <exception cref="InvalidOperationException">This code does not run in a worker of a pool.</exception>
    public T Value => Worker.Locals.Get(this);

    /// <summary>Whether this worker has made its value.</summary>
    /// <exception cref="InvalidOperationException">This code does not run in a worker of a pool.</exception>
    public bool IsValueCreated => Worker.Locals.Has(Id);

    internal Guid Id { get; }

    private static PoolWorker Worker => PoolWorker.Current
        ?? throw new InvalidOperationException("A WorkerLocal<T> has a value only inside of a pool's worker. Ask for it in the function that you give to the pool.");

    internal T Make() => _factory.Make();

    internal byte[] FactoryBytes(PayloadWriter writer) => _factory.ToBytes(writer);
}

/// <summary>Sends the identity and the factory.</summary>
internal sealed class WorkerLocalCodec<T> : IPayloadCodec<WorkerLocal<T>>
{
    public void Write(PayloadWriter writer, WorkerLocal<T> value)
    {
        value.Id.TryWriteBytes(writer.Append(16));
        writer.WriteBytes(value.FactoryBytes(writer));
    }

    public WorkerLocal<T> Read(ref PayloadReader reader)
    {
        var id = new Guid(reader.Take(16));
        return new WorkerLocal<T>(id, reader.ReadBytes());
    }
}
