using System.Buffers.Binary;
using Multiprocessing.Memory;
using Multiprocessing.Platform;
using Multiprocessing.Serialization;

namespace Multiprocessing.Pools.Processes;

/// <summary>
/// The shared objects in a response stand once more at its end, one behind the other, and then their number (4 bytes): whoever takes the
/// response from the channel takes hold of them there and then, before the worker lets go, although the response may be read much later.
/// </summary>
internal static class ResponseHolds
{
    /// <summary>Appends the references of a response.</summary>
    public static void Append(PayloadWriter response, PayloadHolds holds)
    {
        int count = 0;
        foreach (IDisposable held in holds.Held)
        {
            if (held is SharedBlock block)
            {
                block.ToReference().Write(response.Append(BlockReference.Size));
                count++;
            }
            else
            {
                // The worker may be gone before the response is read.
                ((IJourney)held).Entrust();
            }
        }

        BinaryPrimitives.WriteInt32LittleEndian(response.Append(sizeof(int)), count);
    }

    /// <summary>Takes hold of all, and cuts the references off.</summary>
    /// <exception cref="PayloadException">There are no references.</exception>
    public static PayloadHolds Take(ref ReadOnlySpan<byte> response)
    {
        if (response.Length < sizeof(int))
        {
            throw new PayloadException("A response is too short for its references.");
        }

        uint count = BinaryPrimitives.ReadUInt32LittleEndian(response[^sizeof(int)..]);
        long length = sizeof(int) + (count * (long)BlockReference.Size);
        if (length > response.Length)
        {
            throw new PayloadException("A response is too short for its references.");
        }

        ReadOnlySpan<byte> references = response[^(int)length..^sizeof(int)];
        response = response[..^(int)length];
        var holds = new PayloadHolds();
        for (; !references.IsEmpty; references = references[BlockReference.Size..])
        {
            // One that is gone, because the worker died just now, is missed by whoever reads the response: that task alone fails.
            if (TryOpen(BlockReference.Read(references)) is { } block)
            {
                holds.Add(block);
            }
        }

        return holds;
    }

    private static SharedBlock? TryOpen(BlockReference reference)
    {
        if (Kernel.EventLoop.IsCurrent && ProcessTree.Connector is not null)
        {
            // What is left in the channel of a dead worker is taken by the event loop, which must not wait for the root.
            return null;
        }

        try
        {
            return SharedBlock.TryOpen(reference);
        }
        catch (IOException)
        {
            // No descriptor left, or no root: the reader of the response comes to know, on its own thread.
            return null;
        }
    }
}
