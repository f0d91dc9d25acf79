using Multiprocessing.Platform;

namespace Multiprocessing.Memory;

/// <summary>Shared memory by name, for all processes of one tree: a name is known to the root and belongs to memory that is alone.</summary>
internal static class NamedBlocks
{
    /// <summary>Gives a block its name, when it is complete: from now on others open it.</summary>
    public static SharedBlock Publish(SharedBlock block, string name)
    {
        bool isMine = false;
        try
        {
            isMine = ProcessTree.HandOver.SetName(name, block.ToReference().Token);
            return isMine ? block : throw new IOException($"There is shared memory of the name '{name}' already.");
        }
        finally
        {
            if (!isMine)
            {
                block.Dispose();
            }
        }
    }

    public static SharedBlock Open(string name, SharedKind kind)
    {
        using KernelHandle memory = ProcessTree.HandOver.OpenName(name, out Guid token)
            ?? throw new FileNotFoundException($"No process of this tree has shared memory of the name '{name}'.", name);
        try
        {
            SharedBlock? block = SharedBlock.TryOpen(new BlockReference(token, BlockReference.Alone, 0, kind));
            if (block?.Kind == kind)
            {
                return block;
            }

            block?.Dispose();
            throw new InvalidOperationException($"'{name}' is the name of a {block?.Kind.ToString() ?? "something else"}, not of a {kind}.");
        }
        finally
        {
            ProcessTree.HandOver.Release(token);
        }
    }
}
