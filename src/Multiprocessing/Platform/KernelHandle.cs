using Microsoft.Win32.SafeHandles;
using Multiprocessing.Platform.Linux;

namespace Multiprocessing.Platform;

/// <summary>A handle of the operating system (on Linux a descriptor), closed exactly once.</summary>
internal sealed class KernelHandle : SafeHandleMinusOneIsInvalid
{
    public KernelHandle()
        : base(ownsHandle: true)
    {
    }

    public KernelHandle(int descriptor, bool ownsHandle = true)
        : base(ownsHandle) => SetHandle(descriptor);

    /// <summary>The raw descriptor; valid only while this object is referenced and open.</summary>
    public int Descriptor => (int)handle;

    /// <summary>A second handle for the same kernel object, with a life of its own.</summary>
    public KernelHandle Duplicate()
    {
        bool added = false;
        try
        {
            DangerousAddRef(ref added);
            return Descriptors.Duplicate(Descriptor);
        }
        finally
        {
            if (added)
            {
                DangerousRelease();
            }
        }
    }

    protected override bool ReleaseHandle() => Descriptors.Close((int)handle);
}
