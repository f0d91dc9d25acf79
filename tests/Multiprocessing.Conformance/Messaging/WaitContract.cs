using Multiprocessing.Tests.Synchronization;

namespace Multiprocessing.Conformance.Messaging;

public sealed class WaitOfThreadsTests() : WaitContract(OtherSide.Threads);

public sealed class WaitOfSpawnedProcessesTests() : WaitContract(OtherSide.Spawned);

public sealed class WaitOfStandbyProcessesTests() : WaitContract(OtherSide.Standby);

public abstract class WaitContract(OtherSide side) : SharedContract(side)
{
    private const int Messages = 10;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Writers_elsewhere_are_read_until_the_last_has_closed(bool slow)
    {
        var open = new List<Connection>();
        var writing = new List<Task>();
        for (int writer = 0; writer < Workers; writer++)
        {
            (Connection receiver, Connection sender) = Connection.CreatePipe(duplex: false);
            open.Add(receiver);
            writing.Add(Others.RunAsync(Write, (sender, writer, slow)));
            sender.Dispose();
        }

        var received = new List<(int Number, int Writer)>();
        while (open.Count > 0)
        {
            IReadOnlyList<IWaitable> ready = await Connection.WaitAnyAsync(open, Timeout.InfiniteTimeSpan, TestEnd);
            Assert.NotEmpty(ready);
            foreach (Connection connection in ready.Cast<Connection>())
            {
                try
                {
                    received.Add(connection.Receive<(int, int)>(TestEnd));
                }
                catch (EndOfStreamException)
                {
                    open.Remove(connection);
                    connection.Dispose();
                }
            }
        }

        await Task.WhenAll(writing);
        IEnumerable<(int, int)> expected = from number in Enumerable.Range(0, Messages) from writer in Enumerable.Range(0, Workers) select (number, writer);
        Assert.Equal(expected, received.Order());
        Assert.All(received.GroupBy(message => message.Writer), one => Assert.Equal(Enumerable.Range(0, Messages), one.Select(message => message.Number)));
    }

    private static async Task Write((Connection Sender, int Writer, bool Slow) work)
    {
        using (work.Sender)
        {
            for (int number = 0; number < Messages; number++)
            {
                if (work.Slow)
                {
                    await Task.Delay(Random.Shared.Next(10));
                }

                work.Sender.Send((number, work.Writer));
            }
        }
    }
}
