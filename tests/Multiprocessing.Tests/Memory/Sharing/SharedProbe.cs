using Multiprocessing.Memory;

namespace Multiprocessing.Tests.Memory.Sharing;

/// <summary>A shared object of nothing but numbers of 64 bits.</summary>
[PayloadCodec(typeof(SharedObjectCodec<SharedProbe>))]
public sealed unsafe class SharedProbe : SharedObject, ISharedObject<SharedProbe>
{
    private readonly SharedBlock _block;

    internal SharedProbe(SharedBlock block) => _block = block;

    public SharedProbe(long bytes = 128)
        : this(SharedBlock.Allocate(SharedKind.None, bytes))
    {
    }

    static SharedKind ISharedObject<SharedProbe>.Kind => SharedKind.None;

    internal override SharedBlock Block => _block;

    public long this[int index]
    {
        get
        {
            long value = Volatile.Read(ref ((long*)_block.Pointer)[index]);
            GC.KeepAlive(this);
            return value;
        }

        set
        {
            Volatile.Write(ref ((long*)_block.Pointer)[index], value);
            GC.KeepAlive(this);
        }
    }

    static SharedProbe ISharedObject<SharedProbe>.Attach(SharedBlock block) => new(block);

    public long Add(int index, long value)
    {
        long sum = Interlocked.Add(ref ((long*)_block.Pointer)[index], value);
        GC.KeepAlive(this);
        return sum;
    }
}
