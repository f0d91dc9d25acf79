using Multiprocessing.Platform;

namespace Multiprocessing.Memory;

/// <summary>
/// The root's side of the participant table: gives out slots and announces deaths. The order of its writes is in docs/protocol.md,
/// "Participant table". Thread-safe.
/// </summary>
internal sealed unsafe class ParticipantRegistry : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Queue<int> _free = [];
    private readonly byte* _life;
    private int _used;

    public ParticipantRegistry()
    {
        LifeMemory = Kernel.SharedMemory.Create(ParticipantLayout.LifeMemorySize, "mp-lives");
        WakeMemory = Kernel.SharedMemory.Create(ParticipantLayout.WakeMemorySize, "mp-wakes");
        MemoryMapping lives = Kernel.SharedMemory.Map(LifeMemory, ParticipantLayout.LifeMemorySize, writable: true);
        Kernel.SharedMemory.ForbidFutureWriters(LifeMemory);
        Table = new ParticipantTable(lives, Kernel.SharedMemory.Map(WakeMemory, ParticipantLayout.WakeMemorySize, writable: true));
        _life = lives.Pointer;
    }

    public ParticipantTable Table { get; }

    public KernelHandle LifeMemory { get; }

    public KernelHandle WakeMemory { get; }

    public int LivingCount
    {
        get
        {
            lock (_lock)
            {
                return Enumerable.Range(0, _used).Count(slot => (Table.OwnerIn(slot) & ParticipantLayout.Dead) == 0);
            }
        }
    }

    /// <summary>Gives a process its slot.</summary>
    /// <returns>The process's name from now on; <see cref="OwnerId.None"/> if all slots are taken.</returns>
    public OwnerId Join(int processId, long startTime)
    {
        lock (_lock)
        {
            // The longest free first, so that generations are used up evenly; and the table stays as short as it can be.
            if (!_free.TryDequeue(out int slot) && (slot = _used) == ParticipantLayout.Slots)
            {
                return OwnerId.None;
            }

            byte* life = LifeOf(slot);
            var owner = OwnerId.Of(slot, new OwnerId(Table.OwnerIn(slot)).Generation + 1);
            Volatile.Write(ref *(int*)(life + ParticipantLayout.LifeProcessId), processId);
            Volatile.Write(ref *(long*)(life + ParticipantLayout.LifeStartTime), startTime);
            Volatile.Write(ref *Table.InterestOf(slot), 0);
            Volatile.Write(ref *Table.BroadcastTo(slot), 0);
            Volatile.Write(ref *(uint*)(life + ParticipantLayout.LifeOwner), owner.Value);
            if (slot == _used)
            {
                Volatile.Write(ref *(int*)(_life + ParticipantLayout.SlotsInUse), ++_used);
            }

            return owner;
        }
    }

    /// <summary>Announces the death of a process: it will never write to shared memory again.</summary>
    public void MarkDead(OwnerId owner)
    {
        lock (_lock)
        {
            if (!Table.IsAlive(owner))
            {
                return;
            }

            Volatile.Write(ref *(uint*)(LifeOf(owner.Slot) + ParticipantLayout.LifeOwner), owner.Value | ParticipantLayout.Dead);
            Volatile.Write(ref *(uint*)(_life + ParticipantLayout.Epoch), Table.Epoch + 1);

            // A participant first shows its interest, then looks at the epoch; the root the other way round. With a full fence
            // between the two steps on either side at least one of them sees the other.
            Interlocked.MemoryBarrier();
            for (int slot = 0; slot < _used; slot++)
            {
                if (Volatile.Read(ref *Table.InterestOf(slot)) != 0 && (Table.OwnerIn(slot) & ParticipantLayout.Dead) == 0)
                {
                    Table.Ring(slot);
                }
            }

            if (owner.Generation < ParticipantLayout.LastGeneration)
            {
                _free.Enqueue(owner.Slot);
            }
        }
    }

    public void Dispose()
    {
        Table.Dispose();
        LifeMemory.Dispose();
        WakeMemory.Dispose();
    }

    private byte* LifeOf(int slot) => _life + ParticipantLayout.Lives + (slot * ParticipantLayout.LifeSize);
}
