using Multiprocessing.Platform;

namespace Multiprocessing.Memory;

/// <summary>
/// Shared memory that this process has mapped, with one or more blocks in it. Everything here belongs to the lock of
/// <see cref="SharedHeap"/>, but for what is said to be constant.
/// </summary>
internal abstract unsafe class SharedSegment(MemoryMapping mapping, KernelHandle? handle, Guid token)
{
    private volatile bool _isDeposited = handle is null;

    /// <summary>Constant.</summary>
    public MemoryMapping Mapping => mapping;

    public byte* Base => mapping.Pointer;

    /// <summary>Whether the tree knows it; once true, it stays, and so does <see cref="Token"/>.</summary>
    public bool IsDeposited => _isDeposited;

    public Guid Token { get; private set; } = token;

    /// <summary>Until it was deposited.</summary>
    public KernelHandle? Handle { get; private set; } = handle;

    /// <summary>Blocks that are open in this process, counting each as often as it is open.</summary>
    public int OpenBlocks { get; protected set; }

    /// <summary>The first byte of a block.</summary>
    public abstract byte* PointerTo(int index);

    public abstract long LengthOf(int index);

    public abstract SharedKind KindOf(int index);

    /// <summary>Opens a block once more; its memory stays until it was closed as often.</summary>
    /// <returns>False if there is no such block any more.</returns>
    public abstract bool TryOpen(int index, uint generation);

    /// <summary>Gives back what <see cref="TryOpen"/> gave.</summary>
    public abstract void Close(int index);

    /// <summary>Counts references that are under way in a container: a block is not used again meanwhile, whoever dies.</summary>
    public virtual void AddTransit(int index, int count)
    {
    }

    /// <summary>Before other processes can know it. May ask the root, so without the heap's lock.</summary>
    public virtual void PrepareDeposit()
    {
    }

    public void SetToken(Guid given)
    {
        Token = given;
        _isDeposited = true;
        Handle!.Dispose();
        Handle = null;
    }

    /// <summary>
    /// Gives everything back, when nothing in this process is open in it and it is in no table any more. Asks nobody, but may wait for
    /// room in a socket, and for the kernel to free the pages.
    /// </summary>
    public void Destroy()
    {
        Unmap();
        Handle?.Dispose();
        if (_isDeposited)
        {
            ProcessTree.HandOver.Release(Token);
        }
    }

    protected abstract void Unmap();
}
