namespace Multiprocessing.Memory;

/// <summary>A shared object that is nothing but its block, so that one codec serves them all.</summary>
internal interface ISharedObject<TSelf>
    where TSelf : SharedObject, ISharedObject<TSelf>
{
    static abstract SharedKind Kind { get; }

    /// <summary>The object in a block of this kind, which another process, or another object of this one, has made.</summary>
    static abstract TSelf Attach(SharedBlock block);
}

/// <summary>Sends a reference to the block; the reader attaches to it.</summary>
internal class SharedObjectCodec<T> : IPayloadCodec<T>
    where T : SharedObject, ISharedObject<T>
{
    public void Write(PayloadWriter writer, T value)
    {
        value.ThrowIfDisposed();
        value.Block.WriteReference(writer);
        GC.KeepAlive(value);
    }

    public T Read(ref PayloadReader reader) => T.Attach(SharedBlock.ReadReference(ref reader, T.Kind));
}
