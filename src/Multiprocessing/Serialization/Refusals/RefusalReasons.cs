using System.Linq.Expressions;
using System.Net.Sockets;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.ConstrainedExecution;
using System.Runtime.InteropServices;

namespace Multiprocessing.Serialization;

/// <summary>Why a type cannot be sent and what to do instead; null if its fields may be copied.</summary>
internal static class RefusalReasons
{
    private const string Handle = "it stands for something that the operating system keeps for this process only. "
        + "Send what is needed to open it again (a path, an address) and open it in the other process.";

    private const string Waiting = "it works within one process only. Use a ProcessLock, ProcessSemaphore, ProcessEvent or another of the Process... types.";

    public static UnserializableException For(Type type, string reason) => new($"objects of type {type} cannot be sent: {reason}");

    public static string? Of(Type type)
    {
        if (type.IsByRefLike)
        {
            return "spans and other ref structs point into the memory of this process. Send an array or a Memory<T>.";
        }

        if (type.IsPointer || type.IsFunctionPointer || typeof(Pointer).IsAssignableFrom(type) || type.IsByRef)
        {
            return "pointers mean nothing in another process. Send what it points to.";
        }

        if (type.ContainsGenericParameters)
        {
            return "it is an open generic type.";
        }

        return OfHandles(type) ?? OfConcurrency(type) ?? OfGenerated(type) ?? OfPlatform(type);
    }

    private static string? OfHandles(Type type)
    {
        if (typeof(Stream).IsAssignableFrom(type) || typeof(TextReader).IsAssignableFrom(type) || typeof(TextWriter).IsAssignableFrom(type)
            || typeof(SafeHandle).IsAssignableFrom(type) || typeof(CriticalFinalizerObject).IsAssignableFrom(type)
            || typeof(MarshalByRefObject).IsAssignableFrom(type) || type == typeof(GCHandle)
            || type.FullName is "System.Net.Sockets.Socket" or "System.Diagnostics.Process")
        {
            return Handle;
        }

        return null;
    }

    private static string? OfConcurrency(Type type)
    {
        if (type == typeof(CancellationToken) || typeof(CancellationTokenSource).IsAssignableFrom(type))
        {
            return "take a CancellationToken as a parameter of the function: it gets one that is cancelled together with the call's.";
        }

        if (typeof(Task).IsAssignableFrom(type) || IsOf(type, typeof(ValueTask), typeof(ValueTask<>)))
        {
            return "await it and send its result.";
        }

        if (type == typeof(Thread) || type == typeof(Timer) || type == typeof(ExecutionContext) || typeof(SynchronizationContext).IsAssignableFrom(type))
        {
            return "it belongs to this process. Create it in the other one.";
        }

        return typeof(WaitHandle).IsAssignableFrom(type) || type == typeof(Lock) || type == typeof(SemaphoreSlim) || type == typeof(Barrier)
            || type == typeof(ManualResetEventSlim) || type == typeof(ReaderWriterLockSlim) || type == typeof(CountdownEvent)
            ? Waiting
            : null;
    }

    private static string? OfGenerated(Type type)
    {
        if (typeof(Expression).IsAssignableFrom(type))
        {
            return "expression trees cannot be sent. Send a lambda that is a delegate.";
        }

        if (typeof(IAsyncStateMachine).IsAssignableFrom(type))
        {
            return "it is an async method under way. Await it and send its result.";
        }

        bool isGenerated = type.IsDefined(typeof(CompilerGeneratedAttribute), false) && type.Name.Contains(">d__", StringComparison.Ordinal);
        return isGenerated && (typeof(System.Collections.IEnumerator).IsAssignableFrom(type) || typeof(System.Collections.IEnumerable).IsAssignableFrom(type))
            ? "it is an iterator, whose elements do not exist yet. Call ToArray() or ToList() and send that."
            : null;
    }

    private static string? OfPlatform(Type type)
    {
        for (Type? level = type; level is not null && level != typeof(object) && level != typeof(ValueType); level = level.BaseType)
        {
            if (!AssemblyOrigin.IsPlatform(level.Assembly) || PlainPlatformTypes.IsFieldwise(level))
            {
                continue;
            }

            if (level == type && typeof(System.Collections.IEnumerable).IsAssignableFrom(type))
            {
                return "it is a sequence without known contents (a LINQ query, a view). Call ToArray() or ToList() and send that.";
            }

            if (level == type || HasFields(level))
            {
                return level == type
                    ? "it is a type of the framework without a known way to another process. Send the data that it is made of."
                    : $"its base {level} is a type of the framework without a known way to another process. Give it a codec by [PayloadCodec].";
            }
        }

        return null;
    }

    private static bool HasFields(Type type) => type.GetFields(
        BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly).Length > 0;

    private static bool IsOf(Type type, Type plain, Type generic) =>
        type == plain || (type.IsConstructedGenericType && type.GetGenericTypeDefinition() == generic);
}
