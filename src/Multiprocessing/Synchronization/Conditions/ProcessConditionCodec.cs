using Multiprocessing.Memory;

namespace Multiprocessing.Synchronization;

/// <summary>A condition travels as a reference to its block, together with its lock.</summary>
internal sealed class ProcessConditionCodec : IPayloadCodec<ProcessCondition>
{
    public void Write(PayloadWriter writer, ProcessCondition value)
    {
        value.ThrowIfDisposed();
        writer.Write(value.Lock);
        writer.Write(value.RLock);
        value.Block.WriteReference(writer);
        GC.KeepAlive(value);
    }

    public ProcessCondition Read(ref PayloadReader reader)
    {
        ProcessLock? plain = reader.Read<ProcessLock?>();
        ProcessRLock? recursive = reader.Read<ProcessRLock?>();
        SharedBlock block = SharedBlock.ReadReference(ref reader, SharedKind.Condition);
        SharedObject @lock = plain is not null ? plain : recursive ?? throw new PayloadException("A condition without a lock.");
        return new ProcessCondition(block, @lock, TreeMember.OfThisProcess);
    }
}
