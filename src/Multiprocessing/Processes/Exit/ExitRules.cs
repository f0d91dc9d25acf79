using System.Collections.Concurrent;
using Multiprocessing.Platform;

namespace Multiprocessing.Processes;

/// <summary>
/// What becomes of the children when this process exits in order: background children are terminated, all others are waited for,
/// without limit. (If it exits in any other way the kernel kills them.) Runs on <see cref="AppDomain.ProcessExit"/>, which has no
/// time limit in .NET.
/// </summary>
internal static class ExitRules
{
    /// <summary>How long a background child may take to end by SIGTERM.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private static readonly ConcurrentDictionary<StartedProcess, (bool IsBackground, string Name)> Children = new();

    private static readonly ConcurrentDictionary<StartedProcess, bool> Servants = new();

    static ExitRules() => AppDomain.CurrentDomain.ProcessExit += static (_, _) => Apply();

    /// <summary>Puts a child under the rules until it ends.</summary>
    public static void Add(StartedProcess process, bool isBackground, string name)
    {
        Children[process] = (isBackground, name);
        process.OnEnded(_ =>
        {
            if (process.StartFailure is null)
            {
                Forget(process);
            }
        });
    }

    /// <summary>For a process that only serves this one, such as a pool's worker: it is killed, whatever it does.</summary>
    public static void AddServant(StartedProcess process)
    {
        Servants[process] = true;
        process.OnEnded(_ => Servants.TryRemove(process, out bool _));
    }

    /// <summary>Somebody learnt how the child ended. A failed start that nobody asked about is written at the exit.</summary>
    public static void Forget(StartedProcess process) => Children.TryRemove(process, out _);

    private static void Apply()
    {
        KillServants();
        StandbyPool.Drain();
        EndBackground();
        foreach ((StartedProcess process, (bool, string Name) child) in Children)
        {
            process.Ended.Wait();
            if (process.StartFailure is { } failure)
            {
                // Nobody else can learn of it any more.
                Console.Error.WriteLine($"Process {child.Name}: {failure}");
            }
        }
    }

    private static void KillServants()
    {
        foreach (StartedProcess process in Servants.Keys)
        {
            process.Handle.SendToGroup(Signal.Kill);
            process.Signal(Signal.Kill);
        }

        // Reaped here, so that nothing of ours is left when this process is gone, not even for a moment.
        long start = System.Diagnostics.Stopwatch.GetTimestamp();
        foreach (StartedProcess process in Servants.Keys)
        {
            TimeSpan left = Grace - System.Diagnostics.Stopwatch.GetElapsedTime(start);
            process.Ended.Wait(left > TimeSpan.Zero ? left : TimeSpan.Zero);
        }
    }

    private static void EndBackground()
    {
        var ending = new List<StartedProcess>();
        foreach ((StartedProcess process, (bool IsBackground, string) child) in Children)
        {
            if (child.IsBackground)
            {
                process.Signal(Signal.Terminate);
                ending.Add(process);
            }
        }
        long start = System.Diagnostics.Stopwatch.GetTimestamp();
        foreach (StartedProcess process in ending)
        {
            TimeSpan left = Grace - System.Diagnostics.Stopwatch.GetElapsedTime(start);
            if (!process.Ended.Wait(left > TimeSpan.Zero ? left : TimeSpan.Zero))
            {
                process.Signal(Signal.Kill);
            }
        }
    }
}
