using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Multiprocessing.Platform.Linux;

/// <summary>
/// Changes the environment of this process in both places where it exists: the runtime's own copy, and the C library's, which native
/// code reads and which programs started by native code inherit. The C library's is not safe against other threads that read it, so
/// this is for the first moments of a process.
/// </summary>
internal static partial class NativeEnvironment
{
    /// <summary>Sets a variable, or removes it (null).</summary>
    public static void Set(string name, string? value)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Environment.SetEnvironmentVariable(name, value);
        int result = value is null ? RemoveVariable(name) : SetVariable(name, value, 1);
        if (result != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError(), $"The environment variable '{name}' cannot be changed.");
        }
    }

    /// <summary>What native code of this process sees.</summary>
    public static string? Get(string name) => Marshal.PtrToStringUTF8(GetVariable(name));

    [LibraryImport("libc", EntryPoint = "setenv", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);

    [LibraryImport("libc", EntryPoint = "unsetenv", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RemoveVariable(string name);

    [LibraryImport("libc", EntryPoint = "getenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint GetVariable(string name);
}
