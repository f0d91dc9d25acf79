using System.Globalization;
using System.Runtime.InteropServices;

namespace Multiprocessing.Platform.Linux;

/// <summary>One call of posix_spawn(3), with its attributes and file actions.</summary>
internal static unsafe class SpawnCall
{
    // Larger than the C library's opaque structures on any supported architecture.
    private const int OpaqueSize = 1024;
    private const int SignalSetSize = 128;
    private const short SetGroup = 2;
    private const short SetDefaultSignals = 4;
    private const short SetSignalMask = 8;

    // Since glibc 2.34; without it every open descriptor is closed one by one.
    private static readonly delegate* unmanaged<void*, int, int> AddCloseFrom = FindAddCloseFrom();

    public static int Start(SpawnRequest request)
    {
        byte* actions = stackalloc byte[OpaqueSize];
        byte* attributes = stackalloc byte[OpaqueSize];
        byte** argv = ToNative(request.Arguments);
        byte** envp = ToNative(request.Environment);
        byte* file = (byte*)Marshal.StringToCoTaskMemUTF8(request.File);
        var copies = new List<KernelHandle>();
        Ensure(Libc.FileActionsInit(actions));
        Ensure(Libc.SpawnAttributesInit(attributes));
        try
        {
            GiveDescriptors(actions, request.Descriptors, copies);
            SetAttributes(attributes, request.NewProcessGroup);
            int pid;
            int error = Libc.Spawn(&pid, file, actions, attributes, argv, envp);
            return error == 0 ? pid : throw Errno.Failure($"Starting '{request.File}'", error);
        }
        finally
        {
            _ = Libc.FileActionsDestroy(actions);
            _ = Libc.SpawnAttributesDestroy(attributes);
            copies.ForEach(static copy => copy.Dispose());
            Free(argv);
            Free(envp);
            Marshal.FreeCoTaskMem((nint)file);
        }
    }

    private static void GiveDescriptors(byte* actions, IReadOnlyList<KernelHandle?> descriptors, List<KernelHandle> copies)
    {
        for (int target = 0; target < descriptors.Count; target++)
        {
            KernelHandle copy = descriptors[target] is { } given ? given.Duplicate()
                : target is 1 or 2 && Descriptors.IsOpen(target) ? Descriptors.Duplicate(target)
                : DuplicateNull();
            copies.Add(copy);
            Ensure(Libc.FileActionsAddDup2(actions, copy.Descriptor, target));
        }

        if (AddCloseFrom != null)
        {
            Ensure(AddCloseFrom(actions, descriptors.Count));
            return;
        }

        foreach (string name in Directory.EnumerateFiles("/proc/self/fd"))
        {
            int open = int.Parse(Path.GetFileName(name.AsSpan()), CultureInfo.InvariantCulture);
            if (open >= descriptors.Count)
            {
                Ensure(Libc.FileActionsAddClose(actions, open));
            }
        }
    }

    private static KernelHandle DuplicateNull()
    {
        using KernelHandle empty = Descriptors.OpenNull();
        return empty.Duplicate();
    }

    private static void SetAttributes(byte* attributes, bool newProcessGroup)
    {
        byte* signals = stackalloc byte[SignalSetSize];
        Libc.SignalSetFill(signals);
        Ensure(Libc.SpawnAttributesSetDefaultSignals(attributes, signals));
        Libc.SignalSetClear(signals);
        Ensure(Libc.SpawnAttributesSetSignalMask(attributes, signals));
        Ensure(Libc.SpawnAttributesSetGroup(attributes, 0));
        Ensure(Libc.SpawnAttributesSetFlags(
            attributes, (short)(SetDefaultSignals | SetSignalMask | (newProcessGroup ? SetGroup : 0))));
    }

    private static void Ensure(int error)
    {
        if (error != 0)
        {
            throw Errno.Failure("Preparing posix_spawn", error);
        }
    }

    private static byte** ToNative(IReadOnlyList<string> strings)
    {
        byte** native = (byte**)NativeMemory.AllocZeroed((nuint)(strings.Count + 1), (nuint)sizeof(byte*));
        for (int i = 0; i < strings.Count; i++)
        {
            native[i] = (byte*)Marshal.StringToCoTaskMemUTF8(strings[i]);
        }

        return native;
    }

    private static void Free(byte** native)
    {
        for (byte** item = native; *item != null; item++)
        {
            Marshal.FreeCoTaskMem((nint)(*item));
        }

        NativeMemory.Free(native);
    }

    private static delegate* unmanaged<void*, int, int> FindAddCloseFrom() =>
        NativeLibrary.TryLoad("libc", typeof(SpawnCall).Assembly, DllImportSearchPath.SafeDirectories, out nint library)
        && NativeLibrary.TryGetExport(library, "posix_spawn_file_actions_addclosefrom_np", out nint address)
            ? (delegate* unmanaged<void*, int, int>)address
            : null;
}
