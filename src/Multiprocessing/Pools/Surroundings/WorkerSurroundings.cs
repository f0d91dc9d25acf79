using Multiprocessing.Platform;
using Multiprocessing.Processes;

namespace Multiprocessing.Pools;

/// <summary>
/// In what surroundings worker processes are: environment, folder, priority, processors. Checked when the pool is made, as far as that can
/// be told then; what turns out wrong later is the reason why a worker could not be started.
/// </summary>
internal sealed class WorkerSurroundings
{
    private readonly int[]? _processors;
    private readonly bool _isOneEach;
    private readonly byte[]? _affinity;

    private WorkerSurroundings(ProcessPoolOptions options)
    {
        Environment = options.Environment;
        WorkingDirectory = FindDirectory(options.WorkingDirectory);
        Niceness = SchedulingWish.Allowed(options.Niceness);
        _isOneEach = options.OneProcessorPerWorker;
        if (options.Affinity is int[] processors)
        {
            _processors = processors;
            _affinity = SchedulingWish.Usable(processors);
        }
        else if (_isOneEach)
        {
            _processors = ProcessorMask.ToNumbers(Kernel.Scheduling.Affinity);
        }
    }

    internal IReadOnlyDictionary<string, string?>? Environment { get; }

    internal string? WorkingDirectory { get; }

    internal int? Niceness { get; }

    internal static WorkerSurroundings Of(ProcessPoolOptions options) => new(options);

    /// <summary>For threads: what makes sense for processes only is refused.</summary>
    internal static void ThrowIfAny(ProcessPoolOptions options)
    {
        var name = options switch
        {
            { Environment: not null } => nameof(options.Environment),
            { WorkingDirectory: not null } => nameof(options.WorkingDirectory),
            { Niceness: not null } => nameof(options.Niceness),
            { Affinity: not null } => nameof(options.Affinity),
            { StandardOutput.IsKept: false } => nameof(options.StandardOutput),
            { OneProcessorPerWorker: true } => nameof(options.OneProcessorPerWorker),
            _ => null,
        };
        if (name is not null)
        {
            throw new NotSupportedException(
                $"{name} needs workers that are processes: those of the in-process back end share it with the rest of this program.");
        }
    }

    /// <summary>The processors of one worker; null: those of this process.</summary>
    internal byte[]? AffinityOf(int workerId) =>
        _isOneEach && _processors is { } processors ? ProcessorMask.Of(processors[workerId % processors.Length]) : _affinity;

    private static string? FindDirectory(string? directory)
    {
        if (directory is null)
        {
            return null;
        }
        var path = Path.GetFullPath(directory);
        return Directory.Exists(path)
            ? path
            : throw new DirectoryNotFoundException($"The working directory of the workers does not exist: {path}");
    }
}
