namespace Multiprocessing.Tests.Memory.Values;

public sealed class SharedValueTests
{
    [Fact]
    public void Every_kind_of_number_is_added_to()
    {
        Adds<byte>(250, 10, 4);
        Adds<sbyte>(100, 100, -56);
        Adds<short>(30000, 30000, -5536);
        Adds<ushort>(65535, 1, 0);
        Adds(int.MaxValue, 1, int.MinValue);
        Adds<uint>(1, 2, 3);
        Adds(long.MaxValue, 1, long.MinValue);
        Adds<ulong>(1, 2, 3);
        Adds<nint>(1, -2, -1);
        Adds<nuint>(1, 2, 3);
        Adds(1.5f, 1, 2.5f);
        Adds(1.5, -3, -1.5);
        Adds((Half)1.5, (Half)1, (Half)2.5);

        static void Adds<T>(T a, T b, T sum)
            where T : unmanaged
        {
            using var value = new SharedValue<T>(a);
            Assert.Equal(sum, value.Add(b));
            Assert.Equal(sum, value.Read());
            value.Increment();
            Assert.Equal(sum, value.Decrement());
        }
    }

    [Fact]
    public void What_no_processor_can_add_is_refused()
    {
        using var flag = new SharedValue<bool>();
        _ = Assert.Throws<NotSupportedException>(() => flag.Add(true));
        using var day = new SharedValue<DayOfWeek>();
        _ = Assert.Throws<NotSupportedException>(() => day.Increment());
        using var big = new SharedValue<decimal>();
        Assert.Contains("16 bytes", Assert.Throws<NotSupportedException>(() => big.Exchange(1)).Message, StringComparison.Ordinal);
        _ = Assert.Throws<NotSupportedException>(() => big.Read());
        _ = Assert.Throws<NotSupportedException>(() => big.Add(1));
    }

    [Fact]
    public void Other_values_of_the_size_of_a_word_are_exchanged()
    {
        using var day = new SharedValue<DayOfWeek>(DayOfWeek.Friday);
        Assert.Equal(DayOfWeek.Friday, day.CompareExchange(DayOfWeek.Sunday, DayOfWeek.Monday));
        Assert.Equal(DayOfWeek.Friday, day.CompareExchange(DayOfWeek.Sunday, DayOfWeek.Friday));
        Assert.Equal(DayOfWeek.Sunday, day.Exchange(DayOfWeek.Monday));
        day.Write(DayOfWeek.Tuesday);
        Assert.Equal(DayOfWeek.Tuesday, day.Value);
        using var flag = new SharedValue<bool>();
        Assert.False(flag.Exchange(true));
        using var letter = new SharedValue<char>('a');
        Assert.Equal('a', letter.CompareExchange('b', 'a'));
        using var pair = new SharedValue<(int, int)>((1, 2));
        Assert.Equal((1, 2), pair.CompareExchange((3, 4), (1, 2)));
        Assert.Equal((3, 4), pair.Read());
    }

    [Fact]
    public void Values_have_lines_of_their_own()
    {
        using var a = new SharedValue<byte>();
        using var b = new SharedValue<byte>();
        unsafe
        {
            Assert.True(Math.Abs((nint)a.Block.Pointer - (nint)b.Block.Pointer) >= 64);
            Assert.Equal(0, (nint)a.Block.Pointer % 64);
        }
    }

    [Fact]
    public void A_disposed_value_says_so()
    {
        var value = new SharedValue<int>(3);
        value.Dispose();
        Assert.Contains("disposed", value.ToString(), StringComparison.Ordinal);
        _ = Assert.Throws<ObjectDisposedException>(() => value.Value);
        _ = Assert.Throws<ObjectDisposedException>(() => value.Increment());
    }

    [Fact]
    public void Thousands_of_values_need_a_handful_of_mappings()
    {
        int before = Mappings();
        SharedValue<int>[] values = [.. Enumerable.Range(0, 10_000).Select(static i => new SharedValue<int>(i))];
        Assert.All(values.Index(), static pair => Assert.Equal(pair.Index, pair.Item.Value));
        Assert.InRange(Mappings() - before, 1, 10);
        GC.KeepAlive(values);

        static int Mappings() => File.ReadLines("/proc/self/maps").Count(static line => line.Contains("/memfd:mp-", StringComparison.Ordinal));
    }

    [Fact]
    public void The_name_of_a_value_of_another_type_is_refused()
    {
        using var value = SharedValue.CreateNamed("an int", 1);
        Assert.Contains("another type", Assert.Throws<InvalidOperationException>(() => SharedValue.OpenNamed<uint>("an int")).Message, StringComparison.Ordinal);
        Assert.Contains("bytes", Assert.Throws<InvalidOperationException>(() => SharedValue.OpenNamed<long>("an int")).Message, StringComparison.Ordinal);
        _ = Assert.Throws<InvalidOperationException>(() => SharedArray.OpenNamed<int>("an int"));
        Assert.Equal(1, SharedValue.OpenNamed<int>("an int").Value);
    }
}
