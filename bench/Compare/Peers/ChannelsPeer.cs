using System.Threading.Channels;
using Compare.Messaging;

namespace Compare.Peers;

/// <summary>
/// Bounded channels between the tasks of one process, as many items as a queue of ours: for scale. No item is copied, let alone
/// serialized, and no process can die.
/// </summary>
internal sealed class ChannelsPeer() : Peer(PeerSet.Channels)
{
    private const int Capacity = 4096;

    internal override string Version => Environment.Version.ToString();

    internal override bool IsPresent => true;

    internal override bool IsForScale => true;

    /// <summary>"KIND PRODUCERS CONSUMERS ITEMS": items per second.</summary>
    internal override double Measure(string command)
    {
        var words = command.Split(' ');
        var (producers, consumers, items) = (Number(words[1]), Number(words[2]), Number(words[3]));
        return words[0] switch
        {
            "int" => Stream(1, producers, consumers, items),
            "record" => Stream(QueueItems.NewRecord(1), producers, consumers, items),
            _ => Stream(QueueItems.NewArray(1), producers, consumers, items),
        };
    }

    public override void Dispose()
    {
    }

    private static double Stream<T>(T item, int producers, int consumers, int items)
    {
        var channel = Channel.CreateBounded<T>(
            new BoundedChannelOptions(Capacity) { SingleReader = consumers == 1, SingleWriter = producers == 1 });
        var start = Stopwatch.GetTimestamp();
        Task[] readers = [.. Enumerable.Range(0, consumers).Select(_ => Task.Run(() => Take(channel.Reader, items / consumers)))];
        Task[] writers = [.. Enumerable.Range(0, producers).Select(_ => Task.Run(() => Put(channel.Writer, item, items / producers)))];
        Task.WaitAll([.. readers, .. writers]);
        return items / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static async Task Put<T>(ChannelWriter<T> writer, T item, int count)
    {
        for (var i = 0; i < count; i++)
        {
            if (!writer.TryWrite(item))
            {
                await writer.WriteAsync(item);
            }
        }
    }

    private static async Task Take<T>(ChannelReader<T> reader, int count)
    {
        while (count > 0 && await reader.WaitToReadAsync())
        {
            while (count > 0 && reader.TryRead(out _))
            {
                count--;
            }
        }
    }

    private static int Number(string word) => int.Parse(word, CultureInfo.InvariantCulture);
}
