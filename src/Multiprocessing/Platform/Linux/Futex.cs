namespace Multiprocessing.Platform.Linux;

/// <summary>Wait and wake by futex(2), in its form for memory that several processes map.</summary>
internal sealed unsafe class Futex : WaitWake
{
    private const int OpWait = 0;
    private const int OpWake = 1;

    public override bool Wait(int* word, int expected, long timeoutNanoseconds)
    {
        long* timeout = stackalloc long[2];
        if (timeoutNanoseconds >= 0)
        {
            timeout[0] = timeoutNanoseconds / 1_000_000_000;
            timeout[1] = timeoutNanoseconds % 1_000_000_000;
        }
        else
        {
            timeout = null;
        }

        nint result = Libc.SystemCall(SystemCallNumbers.Futex, (nint)word, OpWait, expected, (nint)timeout, 0, 0);
        if (result != -1)
        {
            return true;
        }

        // EAGAIN (the word changed meanwhile) and EINTR are wake-ups like any other.
        return Errno.Last switch
        {
            Errno.Again or Errno.Interrupted => true,
            Errno.TimedOut => false,
            int error => throw Errno.Failure("futex wait", error),
        };
    }

    public override void Wake(int* word, int count) =>
        Libc.SystemCall(SystemCallNumbers.Futex, (nint)word, OpWake, count, 0, 0, 0);
}
