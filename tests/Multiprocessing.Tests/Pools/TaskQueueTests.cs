using CsCheck;
using Multiprocessing.Pools;
using Multiprocessing.Tests.Pools.Simulation;

namespace Multiprocessing.Tests.Pools;

public sealed class TaskQueueTests
{
    [Fact]
    public void The_highest_priority_comes_first_and_within_one_the_oldest_also_of_those_that_came_back()
    {
        Gen.Select(Gen.Int[0, 3], Gen.Int[-2, 2]).Array[0, 200].Sample(steps =>
        {
            var queue = new TaskQueue();
            var model = new List<PoolTask>();
            var taken = new List<PoolTask>();
            var lastId = 0;
            foreach (var (step, priority) in steps)
            {
                switch (step)
                {
                    case 0 or 1:
                        var task = SimulatedTask.Create(priority: (TaskPriority)priority);
                        task.Id = ++lastId;
                        queue.PushBack(task);
                        model.Insert(model.Count(other => other.Priority >= task.Priority), task);
                        break;
                    case 2 when taken.Count > 0:
                        var back = taken[lastId % taken.Count];
                        taken.Remove(back);
                        queue.PutBack(back);
                        model.Insert(model.Count(other => other.Priority > back.Priority || (other.Priority == back.Priority && other.Id < back.Id)), back);
                        break;
                    case 3 when model.Count > 0:
                        Assert.Equal(model[0].Priority, queue.Highest);
                        Assert.Same(model[0], queue.PopFront());
                        taken.Add(model[0]);
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
