using System.Numerics;

namespace Multiprocessing.Pools;

/// <summary>
/// Tasks that no worker has: higher priorities first, within one the oldest first, wherever they have been in between: a task that waits for an older one
/// must not keep that from its worker. One queue per priority, of which there are few, so that nearly everything takes constant time.
/// </summary>
internal sealed class TaskQueue
{
    private const int Levels = TaskPriority.Highest - TaskPriority.Lowest + 1;
    private readonly TaskDeque?[] _levels = new TaskDeque?[Levels];

    /// <summary>One bit for each level that has tasks.</summary>
    private uint _used;

    internal int Count { get; private set; }

    /// <summary>The highest priority that any task here has; there must be one.</summary>
    internal TaskPriority Highest => TaskPriority.Lowest + HighestLevel;

    private int HighestLevel => BitOperations.Log2(_used);

    /// <summary>In the order in which they would be taken.</summary>
    internal PoolTask this[int index]
    {
        get
        {
            var level = Levels - 1;
            for (; _levels[level] is not { } tasks || index >= tasks.Count; level--)
            {
                index -= _levels[level]?.Count ?? 0;
            }
            return _levels[level]![index];
        }
    }

    /// <summary>Behind all others of its priority, but before what was split off it.</summary>
    internal void PushBack(PoolTask task) => Use(task).Append(task);

    /// <summary>Where it was before it was taken out: before all others of its priority that are younger.</summary>
    internal void PutBack(PoolTask task) => Use(task).Insert(task);

    internal PoolTask PopFront()
    {
        var level = HighestLevel;
        var tasks = _levels[level]!;
        var task = tasks.PopFront();
        Count--;
        if (tasks.Count == 0)
        {
            _used &= ~(1u << level);
        }
        return task;
    }

    /// <summary>Drops what has ended while it waited.</summary>
    internal void RemoveEnded()
    {
        for (var level = 0; level < Levels; level++)
        {
            if (_levels[level] is not { Count: > 0 } tasks)
            {
                continue;
            }
            var before = tasks.Count;
            for (var i = 0; i < before; i++)
            {
                var task = tasks.PopFront();
                if (task.State == TaskState.Queued)
                {
                    tasks.PushBack(task);
                }
            }
            Count -= before - tasks.Count;
            if (tasks.Count == 0)
            {
                _used &= ~(1u << level);
            }
        }
    }

    private TaskDeque Use(PoolTask task)
    {
        var level = task.Priority - TaskPriority.Lowest;
        Count++;
        _used |= 1u << level;
        return _levels[level] ??= new TaskDeque();
    }
}
