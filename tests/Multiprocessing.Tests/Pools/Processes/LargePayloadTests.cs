namespace Multiprocessing.Tests.Pools.Processes;

/// <summary>What is too large for a ring travels in segments, both ways, and the segments are used again.</summary>
public sealed class LargePayloadTests : IDisposable
{
    private readonly ProcessPool _pool = new(new ProcessPoolOptions { Workers = 2 });

    public void Dispose() => _pool.Dispose();

    [Theory]
    [InlineData(1_000)]
    [InlineData(8_190)]
    [InlineData(8_192)]
    [InlineData(50_000)]
    [InlineData(3_000_000)]
    [Trait("PainPoint", "23")]
    public void An_array_comes_back_as_it_went(int length)
    {
        double[] sent = [.. Enumerable.Range(0, length).Select(i => i * 0.5)];
        for (int round = 0; round < 5; round++)
        {
            double[] received = _pool.Run(static array => { array[0]++; return array; }, sent);
            Assert.Equal(1, received[0]);
            Assert.Equal(sent.AsSpan(1), received.AsSpan(1));
            Assert.Equal(0, sent[0]);
        }
    }

    [Fact]
    public async Task Many_large_values_in_one_payload_and_many_payloads_at_once()
    {
        var sent = new Dictionary<string, int[]>();
        for (int i = 0; i < 40; i++)
        {
            sent[new string((char)('a' + (i % 26)), 100_000 + i)] = [.. Enumerable.Range(i, 30_000)];
        }

        Task<Dictionary<string, int[]>>[] all = [.. Enumerable.Range(0, 8).Select(_ => _pool.RunAsync(static d => d, sent))];
        foreach (Dictionary<string, int[]> received in await Task.WhenAll(all))
        {
            Assert.Equal(sent.Keys.Order(StringComparer.Ordinal), received.Keys.Order(StringComparer.Ordinal));
            foreach ((string key, int[] value) in received)
            {
                Assert.Equal(sent[key].AsSpan(), value.AsSpan());
            }
        }
    }

    [Fact]
    public void A_large_graph_of_small_things_leaves_the_ring_too()
    {
        List<(int, string)> sent = [.. Enumerable.Range(0, 100_000).Select(i => (i, $"item {i}"))];
        List<(int, string)> received = _pool.Run(static list => { list.Reverse(); return list; }, sent);
        received.Reverse();
        Assert.Equal(sent, received);
    }

    [Fact]
    public async Task A_worker_that_dies_with_large_arguments_takes_none_of_them_with_it()
    {
        byte[] sent = new byte[1 << 20];
        sent[12345] = 7;
        Task<int>[] all = [.. Enumerable.Range(0, 20).Select(i => _pool.RunAsync(
            static x =>
            {
                if (x.Index == 3)
                {
                    Environment.FailFast("with large arguments");
                }

                return x.Bytes[12345] + x.Index;
            },
            (Index: i, Bytes: sent)))];
        for (int i = 0; i < all.Length; i++)
        {
            if (i == 3)
            {
                await Assert.ThrowsAsync<WorkerDiedException>(() => all[3]);
            }
            else
            {
                Assert.Equal(7 + i, await all[i]);
            }
        }
    }
}
