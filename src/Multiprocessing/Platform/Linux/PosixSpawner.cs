using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace Multiprocessing.Platform.Linux;

/// <summary>
/// Starts children by posix_spawn(3) on one thread that never ends: the kernel's parent-death signal is bound to the thread
/// that started the child, so a child started on a pool thread would die when that thread retires.
/// </summary>
internal sealed class PosixSpawner : Spawner
{
    private readonly BlockingCollection<Job> _jobs = [];

    public PosixSpawner()
    {
        Requirements.Check();
        ChildSignal.EnsureExitCodesAreKept();
        var thread = new Thread(Loop) { IsBackground = true, Name = "mp-spawner" };
        thread.UnsafeStart();
    }

    public override ProcessHandle Spawn(SpawnRequest request)
    {
        var job = new Job(request);
        _jobs.Add(job);
        return job.Wait();
    }

    private void Loop()
    {
        foreach (Job job in _jobs.GetConsumingEnumerable())
        {
            job.Run();
        }
    }

    private sealed class Job(SpawnRequest request)
    {
        private readonly TaskCompletionSource<ProcessHandle> _started = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Run()
        {
            try
            {
                _started.SetResult(Start(request));
            }
            catch (Exception e)
            {
                _started.SetException(e); // Thrown to the caller of Spawn; this thread must never end.
            }
        }

        private static PidfdProcessHandle Start(SpawnRequest request)
        {
            if (request.MemoryLimit is { } limit && WorkerGroup.TryCreate(limit) is { } group)
            {
                return group.Start(entered => new PidfdProcessHandle(SpawnCall.Start(request), entered));
            }

            // The limit of this process is not meant for those that it starts.
            return LimitedProcess.Group is { } own && own.Home() is { } home
                ? GroupEntry.Start(own, home, _ => new PidfdProcessHandle(SpawnCall.Start(request)))
                : new PidfdProcessHandle(SpawnCall.Start(request));
        }

        public ProcessHandle Wait()
        {
            try
            {
                return _started.Task.Result;
            }
            catch (AggregateException e)
            {
                ExceptionDispatchInfo.Throw(e.InnerException!);
                throw;
            }
        }
    }
}
