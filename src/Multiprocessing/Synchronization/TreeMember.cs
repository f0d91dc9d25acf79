using Multiprocessing.Memory;

namespace Multiprocessing.Synchronization;

/// <summary>On whose behalf a primitive acts: normally this process; tests have several members in one process.</summary>
internal sealed class TreeMember(Participant participant, WaitRegistry waits)
{
    private static TreeMember? ThisProcess;

    /// <summary>This process. The first use may wait for the root of the tree.</summary>
    public static TreeMember OfThisProcess => Volatile.Read(ref ThisProcess) ?? Make();

    public OwnerId Id => participant.Id;

    public ParticipantTable Table => participant.Table;

    public WaitRegistry Waits => waits;

    // One for all threads: what is known of this process's waiters goes by it.
    private static TreeMember Make()
    {
        var made = new TreeMember(ProcessTree.Participant, ProcessTree.Waits);
        return Interlocked.CompareExchange(ref ThisProcess, made, null) ?? made;
    }
}
