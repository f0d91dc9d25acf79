using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Multiprocessing.Messaging.Rings;

/// <summary>The processor's hint that a loop spins; cheaper and shorter than <see cref="Thread.SpinWait"/>, which is scaled to 37 ns.</summary>
internal static class Pause
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Once()
    {
        if (X86Base.IsSupported)
        {
            X86Base.Pause();
        }
        else if (ArmBase.IsSupported)
        {
            ArmBase.Yield();
        }
    }
}
