using System.Diagnostics;
using Multiprocessing.Tests.Memory.Sharing;
using Multiprocessing.Tests.Synchronization;

namespace Multiprocessing.Tests.Memory.Values;

public sealed class SharedListTests
{
    [Fact]
    public void Whole_numbers_become_long_and_are_checked()
    {
        using var list = new SharedList([(byte)1, (sbyte)-1, (short)2, (ushort)3, 4, 5u, 6ul, 1.5f]);
        Assert.Equal([1L, -1L, 2L, 3L, 4L, 5L, 6L, 1.5], list);
        _ = Assert.Throws<OverflowException>(() => list[0] = ulong.MaxValue);
        _ = Assert.Throws<OverflowException>(() => new SharedList([ulong.MaxValue]));
        Assert.Equal(1L, list[0]);
    }

    [Fact]
    public void Other_types_are_refused_by_name()
    {
        using var list = new SharedList([1]);
        Assert.Contains("Guid", Assert.Throws<ArgumentException>(() => list[0] = Guid.Empty).Message, StringComparison.Ordinal);
        _ = Assert.Throws<ArgumentException>(() => new SharedList([new object()]));
    }

    [Fact]
    public void An_item_has_exactly_the_room_that_it_was_made_with()
    {
        using var list = new SharedList([new byte[33], "12345678", 1]);
        Assert.Equal([33, 16, 16], Enumerable.Range(0, 3).Select(list.GetCapacity));
        list[0] = new byte[33];
        string message = Assert.Throws<ArgumentException>(() => list[0] = new byte[34]).Message;
        Assert.Contains("33", message, StringComparison.Ordinal);
        Assert.Contains("34", message, StringComparison.Ordinal);
        list[2] = "12345678";
        list[2] = 2.5m;
        _ = Assert.Throws<ArgumentException>(() => list[2] = "123456789");
        Assert.Equal(2.5m, list[2]);
        using var roomy = new SharedList([null], capacity: 1000);
        roomy[0] = new string('ä', 500);
        Assert.Equal(new string('ä', 500), roomy[0]);
    }

    [Fact]
    public void Values_are_found()
    {
        using var list = new SharedList([1, 1.0, "1", new byte[] { 1 }, null, 1]);
        Assert.Equal([0, 1, 2, 3, 4, -1], new object?[] { 1, 1.0, "1", new byte[] { 1 }, null, 1m }.Select(list.IndexOf));
        Assert.False(list.Contains("2"));
    }

    [Fact]
    public void Indexes_and_capacities_are_checked()
    {
        using var list = new SharedList([]);
        Assert.Empty(list);
        _ = Assert.Throws<ArgumentOutOfRangeException>(() => list[0]);
        _ = Assert.Throws<ArgumentOutOfRangeException>(() => list.GetCapacity(-1));
        _ = Assert.Throws<ArgumentOutOfRangeException>(() => new SharedList([], capacity: -1));
        _ = Assert.Throws<ArgumentOutOfRangeException>(() => new SharedList([], capacity: int.MaxValue));
        _ = Assert.Throws<ArgumentNullException>(() => new SharedList(null!));
    }

    [Fact]
    public void A_disposed_list_says_so()
    {
        var list = new SharedList([1]);
        list.Dispose();
        Assert.Contains("disposed", list.ToString(), StringComparison.Ordinal);
        _ = Assert.Throws<ObjectDisposedException>(() => list[0]);
        _ = Assert.Throws<ObjectDisposedException>(() => list[0] = 1);
    }

    [Fact(Timeout = 30 * 60_000)]
    public async Task Nobody_sees_half_of_an_item_while_writers_are_killed()
    {
        using var board = new SharedProbe();
        using var list = new SharedList([new string('a', 5000), new byte[5000], 1m]);
        await new Killing(seed: 11, board).RunAsync(
            "SharedList",
            static (given) =>
            {
                var random = new Random(Environment.ProcessId);
                while (true)
                {
                    char c = (char)('a' + random.Next(26));
                    given.List[0] = new string(c, 1 + random.Next(5000));
                    given.List[1] = Enumerable.Repeat((byte)c, 1 + random.Next(5000)).ToArray();
                    given.List[2] = c * 1111.1111m;
                    string text = (string)given.List[0]!;
                    byte[] bytes = (byte[])given.List[1]!;
                    decimal number = (decimal)given.List[2]!;
                    if (text.AsSpan().ContainsAnyExcept(text[0]) || bytes.AsSpan().ContainsAnyExcept(bytes[0]) || number % 1111.1111m != 0)
                    {
                        given.Board.Add(Killing.Wrong, 1);
                    }

                    given.Board.Add(Killing.Done, 1);
                }
            },
            (List: list, Board: board));
    }

    [Fact]
    public async Task A_writer_that_is_killed_leaves_whole_items_that_others_write_on()
    {
        const int length = 60_000;
        using var list = new SharedList([new string('a', length), 0]);
        var random = new Random(1);
        for (int round = 0; round < 10; round++)
        {
            using var child = ChildProcess.Create(
                static (SharedList given) =>
                {
                    for (long i = 0; ; i++)
                    {
                        given[0] = new string((char)('a' + (i % 26)), length);
                        given[1] = i + 1;
                    }
                },
                list);
            list[1] = 0;
            child.Start();
            Assert.True(SpinWait.SpinUntil(() => (long)list[1]! > 10, TimeSpan.FromSeconds(20)));
            await Task.Delay(random.Next(20));
            child.Kill();
            child.Join();
            string text = Assert.IsType<string>(list[0]);
            Assert.Equal(length, text.Length);
            Assert.True(text.AsSpan().IndexOfAnyExcept(text[0]) < 0);
            long start = Stopwatch.GetTimestamp();
            list[0] = "mine";
            Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(5));
            Assert.Equal("mine", list[0]);
        }
    }
}
