using System.Diagnostics;
using System.Numerics;
using Multiprocessing.Memory;
using Multiprocessing.Messaging.Queues;

namespace Multiprocessing;

/// <summary>
/// A queue between any processes of a tree, in shared memory: many put, many take. Bounded: who puts waits while it is full. The items
/// of one producer come out in the order in which it put them.
/// </summary>
/// <typeparam name="T">
/// Anything that can be sent to another process. An item is serialized by the call that puts it, so one that cannot be sent throws there.
/// Values made of numbers only are copied as they are.
/// </typeparam>
/// <remarks>
/// <para>Thread-safe. A process can end with items unread; they stay as long as any process has the queue.</para>
/// <para>A process that is killed hangs nobody: a producer killed while it puts costs at most that item; the item that a consumer was
/// taking goes to another one. Only if it is killed after the item has left the queue, is the item lost with it; or not even then, see
/// <see cref="ProcessQueueOptions.TracksCompletion"/>.</para>
/// <para>If a process of the tree has overwritten the memory of the queue, a <see cref="PayloadException"/> says so if only an item is
/// concerned, and otherwise an <see cref="InvalidDataException"/>.</para>
/// </remarks>
[PayloadCodec(typeof(ProcessQueueCodec<>))]
[DebuggerDisplay("{DebuggerText,nq}")]
public sealed partial class ProcessQueue<T> : SharedObject, ISharedObject<ProcessQueue<T>>
{
    private readonly SharedBlock _block;
    private readonly RingPort _port;
    private readonly QueueRing _ring;
    private readonly RingGate _idle;
    private readonly bool _tracksCompletion;

    /// <summary>Makes a new queue, which is empty.</summary>
    /// <param name="options">They are copied; the defaults if null.</param>
    /// <exception cref="IOException">The tree of processes has no room for another process, or this one no way to the root.</exception>
    public ProcessQueue(ProcessQueueOptions? options = null)
        : this(Create(options ?? new ProcessQueueOptions()), ProcessTree.Participant, ProcessTree.Waits)
    {
    }

    internal ProcessQueue(SharedBlock block, Participant participant, WaitRegistry waits)
    {
        _block = block;
        _port = new RingPort(block, 0, participant, waits);
        _ring = _port.Ring;
        _idle = new RingGate(new QueueSignal(block, QueueLayout.IdleSignal, participant, waits), static () => true);
        _tracksCompletion = _ring.TracksCompletion;
    }

    static SharedKind ISharedObject<ProcessQueue<T>>.Kind => SharedKind.Queue;

    /// <summary>How many items it takes.</summary>
    public int Capacity => _ring.Capacity;

    /// <summary>How many items wait to be taken. While others put and take, it can be otherwise before the caller looks at it.</summary>
    /// <exception cref="ObjectDisposedException">This object was disposed of.</exception>
    public int Count
    {
        get
        {
            ThrowIfDisposed();
            long count = _ring.Count;
            GC.KeepAlive(this);
            return (int)count; // At most the capacity.
        }
    }

    /// <summary>Whether no item waits to be taken.</summary>
    /// <inheritdoc cref="Count" path="/exception"/>
    public bool IsEmpty => Count == 0;

    /// <summary>Whether as many items wait as the queue takes. A queue of large items can be full before.</summary>
    /// <inheritdoc cref="Count" path="/exception"/>
    public bool IsFull => Count >= Capacity;

    /// <summary>Whether <see cref="Complete"/> was called, by whatever process. There may still be items to take.</summary>
    /// <inheritdoc cref="Count" path="/exception"/>
    public bool IsCompleted
    {
        get
        {
            ThrowIfDisposed();
            bool completed = _ring.IsCompleted;
            GC.KeepAlive(this);
            return completed;
        }
    }

    internal override SharedBlock Block => _block;

    internal RingPort Port => _port;

    private string DebuggerText => IsDisposed ? "disposed" : $"{_ring.Count} of {_ring.Capacity}{(_ring.IsCompleted ? ", completed" : "")}";

    /// <summary>
    /// Says that nothing more comes. Who puts after this, in whatever process, gets a <see cref="QueueCompletedException"/>; what was put
    /// before can still be taken, and then those who take are told the end. Calling it again does nothing.
    /// </summary>
    /// <exception cref="ObjectDisposedException">This object was disposed of.</exception>
    public void Complete()
    {
        ThrowIfDisposed();
        if (_ring.Complete())
        {
            CallBack();
        }

        GC.KeepAlive(this);
    }

    static ProcessQueue<T> ISharedObject<ProcessQueue<T>>.Attach(SharedBlock block) => new(block, ProcessTree.Participant, ProcessTree.Waits);

    private protected override void OnDisposed()
    {
        GiveBackLeases();
        CallBack();
        GC.KeepAlive(this);
    }

    /// <summary>Makes all who wait look around.</summary>
    private void CallBack()
    {
        _port.CallBack();
        _idle.RaiseForAll();
    }

    private static SharedBlock Create(ProcessQueueOptions options)
    {
        int cells = (int)BitOperations.RoundUpToPowerOf2((uint)options.BufferSize / QueueLayout.CellSize);
        var block = SharedBlock.Allocate(SharedKind.Queue, QueueLayout.SizeFor(cells), alone: true);
        QueueRing.Prepare(block, cells, options.Capacity, options.MaxBytes, options.TracksCompletion);
        return block;
    }
}

/// <summary>Sends a reference to the queue.</summary>
internal sealed class ProcessQueueCodec<T> : SharedObjectCodec<ProcessQueue<T>>;
