using CsCheck;
using Multiprocessing.Pools;
using Multiprocessing.Tests.Pools.Simulation;

namespace Multiprocessing.Tests.Pools;

public sealed class TaskDequeTests
{
    [Fact]
    public void It_does_what_a_list_does()
    {
        Gen.Select(Gen.Int[0, 6], Gen.Int[0, 100]).Array[0, 200].Sample(
            steps =>
            {
                var deque = new TaskDeque();
                var list = new List<PoolTask>();
                foreach (var (step, number) in steps)
                {
                    Do(deque, list, step, number);
                    Assert.Equal(list, Enumerable.Range(0, deque.Count).Select(i => deque[i]));
                }
            },
            iter: 1_000);
    }

    private static void Do(TaskDeque deque, List<PoolTask> list, int step, int number)
    {
        var task = new SimulatedTask { Function = Use, TakesToken = false, TimeoutTicks = -1, Token = CancellationToken.None };
        switch (step)
        {
            case < 3:
                deque.PushBack(task);
                list.Add(task);
                break;
            case 3:
                deque.PushFront(task);
                list.Insert(0, task);
                break;
            case 4 when list.Count > 0:
                Assert.Same(list[0], deque.PopFront());
                list.RemoveAt(0);
                break;
            case 5 when list.Count > 0:
                Assert.Same(list[^1], deque.PopBack());
                list.RemoveAt(list.Count - 1);
                break;
            case 6 when list.Count > 0:
                Assert.Equal(number % list.Count, deque.IndexOf(list[number % list.Count]));
                Assert.True(deque.Remove(list[number % list.Count]));
                list.RemoveAt(number % list.Count);
                break;
            default:
                Assert.False(deque.Remove(task));
                break;
        }
    }

    private static void Use()
    {
    }
}
