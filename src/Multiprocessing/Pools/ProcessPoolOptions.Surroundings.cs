using Multiprocessing.Platform;
using Multiprocessing.Pools;
using Multiprocessing.Processes;

namespace Multiprocessing;

/// <content>What the workers' processes are like.</content>
public sealed partial class ProcessPoolOptions
{
    /// <summary>
    /// Environment variables that workers have beside, or instead of, those that this process has when they are started; null as value
    /// removes one. Native code of the workers and programs that they start see the same. Variables that the runtime reads when it starts
    /// (<c>DOTNET_gcServer</c>, <c>DOTNET_GCHeapHardLimit</c> ...) are in force. The dictionary is copied. Default: null.
    /// </summary>
    /// <exception cref="ArgumentException">A name is empty, contains <c>=</c> or a null character, or a value contains a null character.</exception>
    public IReadOnlyDictionary<string, string?>? Environment { get; set => field = EnvironmentChanges.Copy(value); }

    /// <summary>
    /// The working directory of the workers; if relative, to that of this process when the pool is constructed, where it must exist.
    /// Default: null, which means the one that this process has when a worker is started.
    /// </summary>
    public string? WorkingDirectory { get; set; }

    /// <summary>
    /// The nice value of the workers: -20 (gets the processor first) to 19 (last). One lower than that of this process needs a privilege.
    /// Default: null, which means the one that this process has.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public int? Niceness { get; set => field = SchedulingWish.InRange(value); }

    /// <summary>
    /// The numbers of the processors that the workers may run on, all of them on any, unless <see cref="OneProcessorPerWorker"/> is set.
    /// The collection is copied. Default: null, which means those that this process may run on.
    /// </summary>
    /// <exception cref="ArgumentException">The collection is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative or greater than 8,191.</exception>
    public IReadOnlyCollection<int>? Affinity { get; set => field = ProcessorMask.Copy(value); }

    /// <summary>
    /// Whether each worker is bound to one of the processors of <see cref="Affinity"/>: to that with the place
    /// <see cref="PoolWorker.WorkerId"/>, counted around if there are more workers than processors. Default: false.
    /// </summary>
    public bool OneProcessorPerWorker { get; set; }

    /// <summary>
    /// Where the workers' standard output goes. (Their standard error always goes line by line to that of this process.) Default:
    /// <see cref="WorkerOutput.Inherit"/>.
    /// </summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public WorkerOutput StandardOutput { get; set => field = value ?? throw new ArgumentNullException(nameof(value)); } = WorkerOutput.Inherit;
}
