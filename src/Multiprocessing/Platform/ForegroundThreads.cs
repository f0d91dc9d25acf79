using System.Runtime.InteropServices;

namespace Multiprocessing.Platform;

/// <summary>
/// Waits for the foreground threads of this process, as the runtime does after <c>Main</c>, for a program whose <c>Main</c> never runs.
/// </summary>
/// <remarks>
/// No API says how many foreground threads there are. The runtime's data contract for debuggers does (exported as
/// <c>DotNetRuntimeContractDescriptor</c>; layout in the runtime's docs/design/datacontracts): the same counters by which the runtime
/// itself decides. Where a runtime does not export them, nothing is waited for.
/// </remarks>
internal static unsafe class ForegroundThreads
{
    private const string Symbol = "DotNetRuntimeContractDescriptor";
    private const int LongestPauseMilliseconds = 20;

    // struct ContractDescriptor: magic (8), flags (4), length of the text (4), text, number of pointers (4), padding (4), pointers.
    private static ReadOnlySpan<byte> Magic => "DNCCDAC\0"u8;

    /// <summary>Blocks until no foreground thread but the calling one is left.</summary>
    public static void WaitForOthers()
    {
        if (Open() is not { } counters || counters.CountForeground() <= 1)
        {
            return;
        }
        using var never = new ManualResetEventSlim();
        for (int pause = 1; counters.CountForeground() > 1; pause = Math.Min(pause * 2, LongestPauseMilliseconds))
        {
            never.Wait(pause);
        }
    }

    /// <summary>The number of foreground threads, the calling one included; -1 if this runtime does not tell.</summary>
    public static int Count() => Open()?.CountForeground() ?? -1;

    private static Counters? Open()
    {
        byte* descriptor = Find();
        if (descriptor == null || !new ReadOnlySpan<byte>(descriptor, Magic.Length).SequenceEqual(Magic))
        {
            return null;
        }
        var text = new ReadOnlySpan<byte>(*(byte**)(descriptor + 16), *(int*)(descriptor + 12));
        uint pointerCount = *(uint*)(descriptor + 24);
        void*** pointers = *(void****)(descriptor + 32);
        int fields = text.IndexOf("\"ThreadStore\":{"u8);
        int global = text.IndexOf("\"ThreadStore\":[["u8);
        if (fields < 0 || global < 0 || ReadNumber(text[(global + 16)..]) is not (>= 0 and var index) || index >= pointerCount)
        {
            return null;
        }
        ReadOnlySpan<byte> type = text[fields..];
        type = type[..(type.IndexOf((byte)'}') + 1)];
        var counters = new Counters(
            (byte*)*pointers[index], Offset(type, "\"ThreadCount\":"u8), Offset(type, "\"UnstartedCount\":"u8),
            Offset(type, "\"BackgroundCount\":"u8), Offset(type, "\"PendingCount\":"u8), Offset(type, "\"DeadCount\":"u8));
        return counters.IsUsable ? counters : null;
    }

    private static byte* Find()
    {
        // A single-file program has the runtime inside its executable.
        if (NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), Symbol, out nint address))
        {
            return (byte*)address;
        }
        return NativeLibrary.TryLoad("libcoreclr", typeof(object).Assembly, DllImportSearchPath.AssemblyDirectory, out nint library)
            && NativeLibrary.TryGetExport(library, Symbol, out address)
            ? (byte*)address
            : null;
    }

    private static int Offset(ReadOnlySpan<byte> type, ReadOnlySpan<byte> field)
    {
        int at = type.IndexOf(field);
        return at < 0 ? -1 : ReadNumber(type[(at + field.Length)..]);
    }

    private static int ReadNumber(ReadOnlySpan<byte> text)
    {
        int number = -1;
        foreach (byte character in text)
        {
            if (character is < (byte)'0' or > (byte)'9')
            {
                break;
            }
            number = (Math.Max(number, 0) * 10) + character - '0';
        }
        return number;
    }

    private readonly struct Counters(byte* store, int all, int unstarted, int background, int pending, int dead)
    {
        public bool IsUsable => store != null && (all | unstarted | background | pending | dead) >= 0;

        public int CountForeground() => Read(all) - Read(unstarted) - Read(dead) + Read(pending) - Read(background);

        private int Read(int offset) => Volatile.Read(ref *(int*)(store + offset));
    }
}
