using Multiprocessing.Memory;
using Multiprocessing.Messaging.Queues;

namespace Multiprocessing.Tests.Messaging.Queues;

/// <summary>Items that cannot be read where they are taken, alone and among others.</summary>
public sealed class UnreadableItemTests
{
    [Fact]
    public void Alone_it_is_used_up_and_gives_back_what_it_had()
    {
        using var queue = new ProcessQueue<Package>();
        queue.Put(new Package(new byte[100_000], new Mood(false)));
        queue.Put(new Package([1], new Mood(true)));
        Assert.Throws<PayloadException>(() => queue.Get());
        Assert.Equal([1], queue.Get().Bytes);
        AssertStoresAreFree(queue);
    }

    [Theory]
    [InlineData(10, false)]
    [InlineData(100_000, false)]
    [InlineData(10, true)]
    [InlineData(100_000, true)]
    public async Task In_a_batch_those_before_it_come_then_the_error_then_those_after_it(int size, bool isLeased)
    {
        using var queue = new ProcessQueue<Package>(new() { TracksCompletion = isLeased });
        foreach (bool isReadable in (bool[])[true, true, false, true, false, false, true])
        {
            queue.Put(new Package(new byte[size], new Mood(isReadable)));
        }

        var got = new Package[10];
        Assert.Equal(2, queue.GetMany(got));
        Assert.All(got[..2], package => Assert.Equal(size, package.Bytes.Length));
        Assert.Throws<PayloadException>(() => queue.GetMany(got));
        Assert.Equal(1, await queue.GetManyAsync(got, TestContext.Current.CancellationToken));
        Assert.Throws<PayloadException>(() => queue.TryGet(out _));
        Assert.Throws<PayloadException>(() => queue.TryGetMany(got));
        Assert.Equal(1, queue.TryGetMany(got));
        Assert.Equal(0, queue.TryGetMany(got));
        if (isLeased)
        {
            Assert.False(queue.Join(TimeSpan.Zero));
            for (int i = 0; i < 7; i++)
            {
                queue.TaskDone();
            }

            Assert.True(queue.Join(TimeSpan.Zero));
        }

        AssertStoresAreFree(queue);
    }

    [Fact]
    public void One_that_was_left_wakes_another_process_that_waits_and_can_read_it()
    {
        using var queue = new ProcessQueue<Package>();
        using var moods = new ProcessQueue<bool>();
        using var child = ChildProcess.Create(
            static ((ProcessQueue<Package> Packages, ProcessQueue<bool> Moods) work) =>
            {
                Mood.IsEverReadable = true;
                work.Moods.Put(work.Packages.Get().Mood.IsReadable);
            },
            (queue, moods));
        queue.Put(new Package([1], new Mood(true)));
        queue.Put(new Package([2], new Mood(false)));
        var got = new Package[10];
        Assert.Equal(1, queue.GetMany(got));
        child.Start();
        Assert.False(moods.Get());
        child.Join();
        Assert.Equal(0, child.ExitCode);
    }

    private static void AssertStoresAreFree(ProcessQueue<Package> queue)
    {
        Store store = queue.Port.Stores.TryClaim()!;
        Assert.Equal(0, store.Reference.Index);
        queue.Port.Stores.Free(store.Reference);
    }

    public sealed record Package(byte[] Bytes, Mood Mood);

    [PayloadCodec(typeof(Codec))]
    public sealed record Mood(bool IsReadable)
    {
        public static bool IsEverReadable { get; set; }

        private sealed class Codec : IPayloadCodec<Mood>
        {
            public void Write(PayloadWriter writer, Mood value) => writer.Write(value.IsReadable);

            public Mood Read(ref PayloadReader reader) =>
                new Mood(reader.Read<bool>()) is { } mood && (mood.IsReadable || IsEverReadable) ? mood : throw new FormatException("not today");
        }
    }
}
