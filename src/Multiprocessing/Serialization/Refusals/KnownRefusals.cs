namespace Multiprocessing.Serialization;

/// <summary>
/// Types of the framework that are often met and never sent, with what to do instead. By name: asking by typeof would load their
/// assemblies. A base class stands for all that is derived from it.
/// </summary>
internal static class KnownRefusals
{
    private const string Handle = "it stands for something that the operating system keeps for this process only. "
        + "Send what is needed to open it again (a path, an address) and open it in the other process.";

    private const string Waiting =
        "it works within one process only. Use a ProcessLock, ProcessSemaphore, ProcessEvent or another of the Process... types.";

    public const string Token =
        "take a CancellationToken as a parameter of the function: it gets one that is cancelled together with the call's.";

    private const string Async = "await it and send its result.";

    private const string Local = "it belongs to this process. Create it in the other one.";

    public static string? Of(Type level)
    {
        string name = level.IsConstructedGenericType ? level.GetGenericTypeDefinition().FullName! : level.FullName ?? level.Name;
        return name switch
        {
            "System.IO.Stream" or "System.IO.TextReader" or "System.IO.TextWriter" or "System.IO.BinaryReader" or "System.IO.BinaryWriter"
                or "System.Runtime.InteropServices.SafeHandle" or "System.Runtime.InteropServices.CriticalHandle"
                or "System.Runtime.ConstrainedExecution.CriticalFinalizerObject"
                or "System.Runtime.InteropServices.GCHandle" or "System.Net.Sockets.Socket" or "System.Net.Sockets.TcpClient"
                or "System.Net.Sockets.TcpListener" or "System.Net.Sockets.UdpClient" or "System.Diagnostics.Process"
                or "System.MarshalByRefObject" or "System.ComponentModel.Component" => Handle,
            "System.Threading.CancellationTokenSource" => Token,
            "System.Threading.Tasks.Task" or "System.Threading.Tasks.Task`1" or "System.Threading.Tasks.ValueTask"
                or "System.Threading.Tasks.ValueTask`1" => Async,
            "System.Threading.Tasks.TaskCompletionSource" or "System.Threading.Tasks.TaskCompletionSource`1" => Async,
            "System.Threading.WaitHandle" or "System.Threading.Lock" or "System.Threading.SemaphoreSlim" or "System.Threading.Barrier"
                or "System.Threading.ManualResetEventSlim" or "System.Threading.ReaderWriterLockSlim" or "System.Threading.CountdownEvent"
                or "System.Threading.ReaderWriterLock" or "System.Threading.SpinLock" => Waiting,
            "System.Threading.Thread" or "System.Threading.Timer" or "System.Threading.PeriodicTimer" or "System.AppDomain"
                or "System.Threading.ExecutionContext" or "System.Threading.SynchronizationContext" or "System.WeakReference"
                or "System.WeakReference`1" or "System.Threading.AsyncLocal`1" or "System.Threading.ThreadLocal`1"
                or "System.Net.Http.HttpMessageInvoker" or "System.Runtime.Loader.AssemblyLoadContext" => Local,
            "System.Linq.Expressions.Expression" => "expression trees cannot be sent. Send a lambda that is a delegate.",
            "System.Lazy`1" => "ask for its Value and send that.",
            _ => null,
        };
    }
}
