using Multiprocessing.Platform;

namespace Compare.Limits;

/// <summary>The other process of a bare chain: answers every request word by the same response word.</summary>
internal static unsafe class EchoWorker
{
    internal const string Mode = "--inner-echo";

    /// <summary>The descriptor under which the child finds the memory.</summary>
    private const int Memory = 3;

    internal static KernelHandle?[] Descriptors(KernelHandle memory) => [null, null, null, memory];

    internal static int Run(string[] arguments)
    {
        if (!Kernel.Lifetime.DieWithParent(int.Parse(arguments[0], CultureInfo.InvariantCulture)))
        {
            return 1;
        }
        using var handle = new KernelHandle(Memory);
        using var mapping = Kernel.SharedMemory.Map(handle, ChainWords.Size, writable: true);
        ref var words = ref *(ChainWords*)mapping.Pointer;
        var seen = 0;
        // The worker says by its first response that it is there; so the first request is 2.
        Hop.Signal(ref words.Response, 1, waiterSpins: false);
        while (true)
        {
            // Read again for every request: the caller changes it between two samples, while the worker waits.
            var spins = Volatile.Read(ref words.WorkerSpins) != 0;
            seen = Hop.Await(ref words.Request, seen, spins);
            if (seen < 0)
            {
                return 0;
            }
            Hop.Signal(ref words.Response, seen, waiterSpins: spins);
        }
    }
}
