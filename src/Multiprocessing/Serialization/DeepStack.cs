using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace Multiprocessing.Serialization;

/// <summary>
/// Goes on with a deep graph on a thread with a large stack, while the calling thread waits. Stack memory is committed only as far as
/// it is used. Beyond that the graph is refused: neither a long list nor a hostile payload may end the process by a stack overflow.
/// </summary>
internal static class DeepStack
{
    /// <summary>Some 200,000 levels of a linked list. More would take seconds to unwind when it is not enough either.</summary>
    private const int StackSize = 96 * 1024 * 1024;

    [ThreadStatic]
    private static bool IsDeep;

    public static void Write(Codec codec, PayloadWriter writer, object value)
    {
        WriteOnThread(() => codec.WriteObject(writer, value));
    }

    public static void Write(ClassFields fields, PayloadWriter writer, object value)
    {
        WriteOnThread(() => fields.Write(writer, value));
    }

    public static unsafe object Read(Codec codec, ref PayloadReader reader)
    {
        if (IsDeep)
        {
            throw new PayloadException("Objects are nested too deeply.");
        }

        // The reader stays where it is, in a frame of this thread, which waits; the collector updates it there.
        nint address = (nint)Unsafe.AsPointer(ref reader);
        object? result = null;
        RunOnThread(() => result = codec.ReadObject(ref Unsafe.AsRef<PayloadReader>((void*)address)));
        return result!;
    }

    public static unsafe void Read(ClassFields fields, ref PayloadReader reader, object instance)
    {
        if (IsDeep)
        {
            throw new PayloadException("Objects are nested too deeply.");
        }

        nint address = (nint)Unsafe.AsPointer(ref reader);
        RunOnThread(() => fields.Read(ref Unsafe.AsRef<PayloadReader>((void*)address), instance));
    }

    private static void WriteOnThread(Action write)
    {
        if (IsDeep)
        {
            throw new UnserializableException("objects are nested too deeply.");
        }

        try
        {
            RunOnThread(write);
        }
        catch (OutOfMemoryException exception)
        {
            throw new UnserializableException("there is not enough memory for objects nested so deeply.", exception);
        }
    }

    private static void RunOnThread(Action action)
    {
        ExceptionDispatchInfo? thrown = null;
        Thread thread = new(
            () =>
            {
                IsDeep = true;
                try
                {
                    action();
                }
                catch (Exception exception)
                {
                    // Everything is rethrown on the thread that waits.
                    thrown = ExceptionDispatchInfo.Capture(exception);
                }
            },
            StackSize)
        {
            IsBackground = true,
            Name = "deep object graph",
        };
        thread.Start();
        thread.Join();
        thrown?.Throw();
    }
}
