using System.Globalization;
using Multiprocessing.Serialization;

namespace Multiprocessing.Pools;

/// <summary>What a worker is given before its first task: who it is, the cultures of the pool's maker, what to run first and last.</summary>
internal sealed class WorkerSetup
{
    private readonly byte[] _initializer;
    private readonly byte[] _exitHook;
    private readonly PayloadHolds?[] _holds;

    private WorkerSetup(Cultures cultures, byte[] initializer, byte[] exitHook, TimeSpan exitHookTimeout, params PayloadHolds?[] holds)
    {
        Cultures = cultures;
        _initializer = initializer;
        _exitHook = exitHook;
        ExitHookTimeout = exitHookTimeout;
        _holds = holds;
    }

    internal Cultures Cultures { get; }

    internal TimeSpan ExitHookTimeout { get; }

    /// <summary>The small number of this worker; known once it is one.</summary>
    internal int WorkerId { get; private init; }

    /// <summary>Whether there is a log in the pool's process for what the worker writes to its own.</summary>
    internal bool ForwardsLog { get; private init; }

    /// <summary>What pools of the worker have by default, see <see cref="WorkerBudget"/>.</summary>
    internal int Budget { get; private init; }

    /// <summary>How much memory of its own the worker may have; 0: any amount.</summary>
    internal long MemoryLimit { get; private init; }

    /// <summary>Serializes what the options say to run, so that what is wrong with it surfaces where the pool is made.</summary>
    internal static WorkerSetup Create(ProcessPoolOptions options)
    {
        var initializer = Serialize(options.Initializer, out var initializerHolds);
        try
        {
            var exitHook = Serialize(options.ExitHook, out var exitHookHolds);
            return new WorkerSetup(Cultures.OfThisThread, initializer, exitHook, options.ExitHookTimeout, initializerHolds, exitHookHolds)
            {
                Budget = WorkerBudget.ShareOf(options.Workers),
                MemoryLimit = options.MemoryLimit ?? 0,
            };
        }
        catch
        {
            initializerHolds?.Dispose();
            throw;
        }
    }

    internal static WorkerSetup FromBytes(ReadOnlySpan<byte> bytes)
    {
        var reader = new PayloadReader(bytes, IncomingSymbols.None);
        var id = reader.ReadInt32();
        var budget = reader.ReadInt32();
        var memoryLimit = reader.ReadInt64();
        var forwardsLog = reader.ReadBoolean();
        var culture = CultureInfo.GetCultureInfo(reader.ReadString() ?? "");
        var uiCulture = CultureInfo.GetCultureInfo(reader.ReadString() ?? "");
        var exitHookTimeout = new TimeSpan(reader.ReadInt64());
        return new WorkerSetup(new Cultures(culture, uiCulture), reader.ReadBytes(), reader.ReadBytes(), exitHookTimeout)
        {
            WorkerId = id,
            ForwardsLog = forwardsLog,
            Budget = budget,
            MemoryLimit = memoryLimit,
        };
    }

    internal byte[] ToBytes(int workerId)
    {
        var writer = PayloadWriter.Rent();
        try
        {
            writer.WriteInt32(workerId);
            writer.WriteInt32(Budget);
            writer.WriteInt64(MemoryLimit);
            writer.WriteBoolean(MultiprocessingLog.IsUsed);
            writer.WriteString(Cultures.Culture.Name);
            writer.WriteString(Cultures.UICulture.Name);
            writer.WriteInt64(ExitHookTimeout.Ticks);
            writer.WriteBytes(_initializer);
            writer.WriteBytes(_exitHook);
            return writer.Written.ToArray();
        }
        finally
        {
            writer.Return();
        }
    }

    /// <summary>No worker will be given this any more: lets go of what the delegates refer to.</summary>
    internal void Release() => Array.ForEach(_holds, static holds => holds?.Dispose());

    /// <summary>Runs the initializer, if there is one; what it throws comes out.</summary>
    internal void RunInitializer() => Run(_initializer);

    /// <summary>Runs the exit hook, if there is one; what it throws comes out.</summary>
    internal void RunExitHook() => Run(_exitHook);

    private static byte[] Serialize(Action? action, out PayloadHolds? holds)
    {
        holds = null;
        return action is null ? [] : SelfContainedPayload.Serialize(action, out holds);
    }

    private static void Run(byte[] action)
    {
        if (action.Length > 0)
        {
            SelfContainedPayload.Deserialize<Action>(action)();
        }
    }
}
