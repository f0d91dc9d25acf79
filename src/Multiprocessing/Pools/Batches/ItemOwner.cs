namespace Multiprocessing.Pools;

/// <summary>A map or a stream as its tasks see it: where their outcomes go, and who stops them.</summary>
internal abstract class ItemOwner<TResult>(BatchSizer sizer)
{
    private readonly Lock _lock = new();
    private readonly HashSet<PoolTask> _tasks = [];

    /// <summary>Tasks that ended before <see cref="Track"/> could be called for them.</summary>
    private readonly HashSet<PoolTask> _endedEarly = [];

    internal BatchSizer Sizer { get; } = sizer;

    /// <summary>Whether the outcomes of items are wanted before their batch has ended.</summary>
    internal abstract bool WantsProgress { get; }

    /// <summary>Nothing is wanted any more.</summary>
    internal bool IsStopped { get; private set; }

    /// <summary>Where the outcomes of so many consecutive items go.</summary>
    /// <param name="count">How many items; they are the next of the input.</param>
    /// <param name="requestBytes">How large their requests are together.</param>
    /// <param name="start">The place of the first one.</param>
    internal abstract ItemBlock<TResult> NextBlock(int count, long requestBytes, out int start);

    /// <summary>A task is about to be submitted; <see cref="EndTask"/> follows.</summary>
    internal abstract void OnTaskBegins();

    /// <summary>The outcomes of these items are in their block. On any thread, which must not be held up; once for each item.</summary>
    /// <param name="block">Their block.</param>
    /// <param name="start">The place of the first one.</param>
    /// <param name="count">How many.</param>
    /// <param name="resultBytes">How large their responses were together.</param>
    internal abstract void OnReady(ItemBlock<TResult> block, int start, int count, long resultBytes);

    /// <summary>All items of a task are ready.</summary>
    internal void EndTask(PoolTask task)
    {
        lock (_lock)
        {
            if (!_tasks.Remove(task))
            {
                _endedEarly.Add(task);
            }
        }
        OnTaskEnded();
    }

    /// <summary>A task was submitted.</summary>
    internal void Track(PoolTask task)
    {
        lock (_lock)
        {
            if (_endedEarly.Remove(task))
            {
                return;
            }
            _tasks.Add(task);
        }
        if (IsStopped)
        {
            task.Dispatcher!.Cancel(task);
        }
    }

    /// <summary>A task was divided. Under the dispatcher's lock.</summary>
    /// <returns>False: nobody wants the new one.</returns>
    internal bool TrackPart(PoolTask part)
    {
        OnTaskBegins();
        lock (_lock)
        {
            _tasks.Add(part);
            return !IsStopped;
        }
    }

    /// <summary>Withdraws and stops everything.</summary>
    internal void Stop()
    {
        PoolTask[] tasks;
        lock (_lock)
        {
            IsStopped = true;
            tasks = [.. _tasks];
        }

        // The last ones first: they are in the queue, and no worker is killed to be given one of them next.
        Array.Sort(tasks, static (left, right) => right.Id.CompareTo(left.Id));
        foreach (var task in tasks)
        {
            task.Dispatcher!.Cancel(task);
        }
    }

    /// <summary>As <see cref="EndTask"/>, for the subclass.</summary>
    protected abstract void OnTaskEnded();
}
