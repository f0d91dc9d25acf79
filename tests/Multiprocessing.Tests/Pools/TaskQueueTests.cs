using CsCheck;
using Multiprocessing.Pools;
using Multiprocessing.Tests.Pools.Simulation;

namespace Multiprocessing.Tests.Pools;

public sealed class TaskQueueTests
{
    [Fact]
    public void The_highest_priority_comes_first_and_within_one_the_oldest()
    {
        Gen.Select(Gen.Int[0, 3], Gen.Int[-2, 2]).Array[0, 200].Sample(steps =>
        {
            var queue = new TaskQueue();
            var model = new List<PoolTask>();
            foreach (var (step, priority) in steps)
            {
                var task = SimulatedTask.Create(priority: (TaskPriority)priority);
                switch (step)
                {
                    case 0 or 1:
                        queue.PushBack(task);
                        model.Insert(model.Count(other => other.Priority >= task.Priority), task);
                        break;
                    case 2:
                        queue.PushFront(task);
                        model.Insert(model.Count(other => other.Priority > task.Priority), task);
                        break;
                    case 3 when model.Count > 0:
                        Assert.Equal(model[0].Priority, queue.Highest);
                        Assert.Same(model[0], queue.PopFront());
                        model.RemoveAt(0);
                        break;
                    default:
                        break;
                }
                Assert.Equal(model.Count, queue.Count);
            }
            for (var i = 0; i < model.Count; i++)
            {
                Assert.Same(model[i], queue[i]);
            }
        }, iter: 500);
    }
}
