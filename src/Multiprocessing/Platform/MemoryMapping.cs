using System.Runtime.InteropServices;
using Multiprocessing.Platform.Linux;

namespace Multiprocessing.Platform;

/// <summary>A range of this process's address space that shows shared memory. Unmapped when disposed or forgotten.</summary>
internal sealed unsafe class MemoryMapping : SafeHandle
{
    private readonly bool _writable;

    public MemoryMapping(nint address, long length, bool writable)
        : base(invalidHandleValue: 0, ownsHandle: true)
    {
        SetHandle(address);
        Length = length;
        _writable = writable;
    }

    public long Length { get; }

    /// <summary>The first byte; valid only while this object is referenced and open.</summary>
    public byte* Pointer => (byte*)handle;

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle() => MemoryFiles.Unmap(handle, Length, _writable);
}
