using Multiprocessing.Memory;
using Multiprocessing.Platform;

namespace Multiprocessing.Processes;

/// <summary>A child's question for a connection to the root of the tree, as its parent answers it.</summary>
internal static class ChildQuestion
{
    /// <summary>Called on the event loop's thread.</summary>
    /// <exception cref="InvalidDataException">The message is malformed.</exception>
    public static void Answer(StartedProcess child, ReadOnlySpan<byte> message)
    {
        var reader = new ControlReader(message[1..]);
        int number = reader.ReadInt32();
        ProcessTree.RequestConnection(end => ThreadPool.UnsafeQueueUserWorkItem(_ => Send(child, number, end), null));
    }

    // On a thread of the pool, because a child that does not read would block the event loop.
    private static void Send(StartedProcess child, int number, KernelHandle? end)
    {
        using (end)
        {
            var answer = new ControlWriter(16);
            answer.WriteByte(ControlProtocol.RootConnection);
            answer.WriteInt32(number);
            if (end is null)
            {
                child.Send(answer.Written);
            }
            else
            {
                child.Send(answer.Written, end);
            }
        }
    }
}
