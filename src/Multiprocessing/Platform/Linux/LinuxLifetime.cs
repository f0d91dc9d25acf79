using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace Multiprocessing.Platform.Linux;

/// <summary>Life bound to the parent's by prctl(PR_SET_PDEATHSIG).</summary>
internal sealed unsafe class LinuxLifetime : Lifetime
{
    private const int SetParentDeathSignal = 1;
    private const int Unblock = 1;

    public override bool DieWithParent(int expectedParent)
    {
        Errno.Check(Libc.ProcessControl(SetParentDeathSignal, Signal.Kill, 0, 0, 0), "prctl(PR_SET_PDEATHSIG)");

        // The parent may have died before the line above; then nobody will send the signal any more. The id is compared with
        // the one expected, not with 1: in a container the parent can rightly be process 1.
        return Libc.GetParentId() == expectedParent;
    }

    public override void OfferToDieFirst() => RaiseKillScore(300);

    // Raised by nothing: the same file is opened, read and written.
    public override void RehearseOfferToDieFirst() => RaiseKillScore(0);

    // proc(5), oom_score_adj: -1000 (never) to 1000 (always first), in thousandths of all memory. Everybody may raise it. Read and written
    // by the handle, because streams and readers of text would take a new worker a millisecond to get going.
    private static void RaiseKillScore(int step)
    {
        const int most = 1000;
        Span<byte> text = stackalloc byte[16];
        try
        {
            using SafeFileHandle file = File.OpenHandle("/proc/self/oom_score_adj", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            int length = RandomAccess.Read(file, text, 0);
            if (Utf8Parser.TryParse(text[..length], out int now, out _) && Utf8Formatter.TryFormat(Math.Min(most, now + step), text, out length))
            {
                RandomAccess.Write(file, text[..length], 0);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return; // A /proc that cannot be written, in some containers: the kernel chooses by size alone.
        }
    }

    [DoesNotReturn]
    public override void ExitNow(int code)
    {
        Libc.ExitNow(code);
        throw new System.Diagnostics.UnreachableException();
    }

    public override void SetProcessGroup(int group) => Errno.Check(Libc.SetProcessGroup(0, group), "setpgid");

    public override int ProcessGroup => Errno.Check(Libc.GetProcessGroup(0), "getpgid");

    public override long StartTimeOf(int processId)
    {
        string stat;
        try
        {
            stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/stat"));
        }
        catch (IOException)
        {
            return 0;
        }

        // Field 22 of proc(5); the name in field 2 may hold blanks and brackets, so count from its closing bracket.
        ReadOnlySpan<char> rest = stat.AsSpan(stat.LastIndexOf(')') + 2);
        for (int field = 3; field < 22; field++)
        {
            rest = rest[(rest.IndexOf(' ') + 1)..];
        }

        return long.Parse(rest[..rest.IndexOf(' ')], CultureInfo.InvariantCulture);
    }

    public override KernelHandle? OpenProcess(int processId)
    {
        nint pidfd = Libc.SystemCall(SystemCallNumbers.PidfdOpen, processId, 0, 0, 0, 0, 0);
        if (pidfd != -1)
        {
            return new KernelHandle((int)pidfd);
        }

        // Invalid: the id belongs to a mere thread of another process by now.
        return Errno.Last is Errno.NoSuchProcess or Errno.InvalidArgument ? null : throw Errno.Failure("pidfd_open");
    }

    public override void ReplaceStandardStream(int number, KernelHandle handle) =>
        Errno.Check(Libc.Dup2(handle.Descriptor, number), "dup2");

    public override void WriteError(string text)
    {
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(text);
        fixed (byte* pointer = bytes)
        {
            _ = Libc.Write(2, pointer, bytes.Length);
        }
    }

    public override void DieBySignal(int signal)
    {
        byte* set = stackalloc byte[128];
        Libc.SignalSetFill(set);
        Libc.SetSignalHandler(signal, 0);
        Libc.SignalMask(Unblock, set, null);
        Libc.Kill(Environment.ProcessId, signal);
    }
}
