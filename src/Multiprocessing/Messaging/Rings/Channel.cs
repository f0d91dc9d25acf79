using System.Runtime.CompilerServices;
using Multiprocessing.Platform;

namespace Multiprocessing.Messaging.Rings;

/// <summary>
/// The memory between a process and one worker of it, and of nobody else: a ring of requests, a ring of responses, and the words
/// on which either side sleeps. Byte layout, order of writes and recovery are in docs/protocol.md.
/// </summary>
internal abstract unsafe class Channel : IDisposable
{
    private readonly MemoryMapping _mapping;

    protected Channel(KernelHandle memory, int capacity)
    {
        Memory = memory;
        Capacity = capacity;
        _mapping = Kernel.SharedMemory.Map(memory, ChannelLayout.TotalSize(capacity), writable: true);
    }

    /// <summary>The memory itself, to be given to the other side.</summary>
    public KernelHandle Memory { get; }

    protected int Capacity { get; }

    protected byte* RequestData => _mapping.Pointer + ChannelLayout.HeaderSize;

    protected byte* ResponseData => RequestData + Capacity;

    protected byte* ReportData => ResponseData + Capacity;

    /// <summary>Keeps the memory mapped until <see cref="LetGo"/>, even if the channel is disposed meanwhile.</summary>
    /// <returns><see langword="false"/> if it is disposed already.</returns>
    public bool TryHold()
    {
        bool held = false;
        try
        {
            _mapping.DangerousAddRef(ref held);
        }
        catch (ObjectDisposedException)
        {
            return false;
        }

        return held;
    }

    public void LetGo() => _mapping.DangerousRelease();

    public virtual void Dispose()
    {
        _mapping.Dispose();
        Memory.Dispose();
    }

    protected long* Long(int offset) => (long*)(_mapping.Pointer + offset);

    protected int* Word(int offset) => (int*)(_mapping.Pointer + offset);

    protected ref int Ref(int offset) => ref Unsafe.AsRef<int>(Word(offset));
}
