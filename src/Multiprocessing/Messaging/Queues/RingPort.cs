using Multiprocessing.Memory;

namespace Multiprocessing.Messaging.Queues;

/// <summary>A ring and the gates where processes wait for items, and for room. Thread-safe.</summary>
internal sealed class RingPort
{
    public RingPort(SharedBlock block, long offset, Participant participant, WaitRegistry waits)
    {
        Container = block;
        Ring = new QueueRing(block, participant, offset);
        Stores = new RingStores(block, offset, participant, Ring);
        Items = new RingGate(new QueueSignal(block, offset + QueueLayout.ItemSignal, participant, waits), () => Ring.Count > 0);
        Room = new RingGate(new QueueSignal(block, offset + QueueLayout.RoomSignal, participant, waits), () => !Ring.IsFull);
    }

    /// <summary>The memory that the ring lies in.</summary>
    public SharedBlock Container { get; }

    public QueueRing Ring { get; }

    /// <summary>For what is too large for the ring's cells.</summary>
    public RingStores Stores { get; }

    public RingGate Items { get; }

    public RingGate Room { get; }

    /// <summary>Whether there is an item to take.</summary>
    public bool HasItem => Ring.HasItem(Items.Epoch);

    /// <inheritdoc cref="QueueRing.TryPut"/>
    public QueueOutcome TryPut(ReadOnlySpan<byte> item, long elsewhere)
    {
        QueueOutcome outcome = Ring.TryPut(item, elsewhere);
        if (outcome == QueueOutcome.Done)
        {
            Items.Raise();
        }

        return outcome;
    }

    /// <inheritdoc cref="QueueRing.TryPutOne"/>
    public QueueOutcome TryPutOne<T>(T item)
    {
        QueueOutcome outcome = Ring.TryPutOne(item);
        if (outcome == QueueOutcome.Done)
        {
            Items.Raise();
        }

        return outcome;
    }

    /// <summary>Takes the next item, first of all those that the dead had taken.</summary>
    public QueueOutcome TryTake(out long position) =>
        Ring.TryReclaim(Items.Epoch, out position) ? QueueOutcome.Done : Ring.TryTake(out position);

    /// <summary>Gives back what was taken.</summary>
    public void Free(long position)
    {
        Ring.Free(position);
        Room.Raise();
    }

    /// <summary>Makes all who wait look around.</summary>
    public void CallBack()
    {
        Items.RaiseForAll();
        Room.RaiseForAll();
    }
}
