using Multiprocessing.Memory;

namespace Multiprocessing.Synchronization;

/// <summary>A barrier travels as a reference to its block, with the action and the time-out that belong to this object of it.</summary>
internal sealed class ProcessBarrierCodec : IPayloadCodec<ProcessBarrier>
{
    public void Write(PayloadWriter writer, ProcessBarrier value)
    {
        value.ThrowIfDisposed();
        (Action? action, TimeSpan timeout) = value.Settings;
        writer.Write(action);
        writer.WriteInt64(timeout.Ticks);
        value.Block.WriteReference(writer);
        GC.KeepAlive(value);
    }

    public ProcessBarrier Read(ref PayloadReader reader)
    {
        Action? action = reader.Read<Action?>();
        var timeout = TimeSpan.FromTicks(reader.ReadInt64());
        return new ProcessBarrier(SharedBlock.ReadReference(ref reader, SharedKind.Barrier), action, timeout, null);
    }
}
