using System.Buffers.Binary;
using Multiprocessing.Platform;

namespace Multiprocessing.Memory;

/// <summary>A process's membership in the table: who it is to the others.</summary>
internal sealed class Participant(ParticipantTable table, OwnerId id)
{
    public ParticipantTable Table => table;

    public OwnerId Id => id;

    /// <summary>Joins through the connection to the root.</summary>
    public static Participant Join(RootConnection root)
    {
        Span<byte> answer = stackalloc byte[sizeof(uint)];
        KernelHandle[]? handles = root.Ask([HandOverProtocol.Join], answer);
        if (handles is not [KernelHandle lives, KernelHandle wakes])
        {
            throw handles is null ? TooMany() : new IOException("This process has reached its limit of open files.");
        }

        using (lives)
        using (wakes)
        {
            var table = new ParticipantTable(
                Kernel.SharedMemory.Map(lives, ParticipantLayout.LifeMemorySize, writable: false),
                Kernel.SharedMemory.Map(wakes, ParticipantLayout.WakeMemorySize, writable: true));
            return new Participant(table, new OwnerId(BinaryPrimitives.ReadUInt32LittleEndian(answer)));
        }
    }

    /// <summary>Joins as the root itself.</summary>
    public static Participant Join(ParticipantRegistry registry)
    {
        OwnerId id = registry.Join(Environment.ProcessId, Kernel.Lifetime.StartTimeOf(Environment.ProcessId));
        return id != OwnerId.None ? new Participant(registry.Table, id) : throw TooMany();
    }

    private static IOException TooMany() => new("More processes take part in the tree than it has room for.");
}
