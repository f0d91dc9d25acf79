using Multiprocessing.Memory;
using Multiprocessing.Messaging.Connections;
using Multiprocessing.Messaging.Queues;
using Multiprocessing.Serialization;
using Multiprocessing.Tests.Memory.Sharing;
using Multiprocessing.Tests.Messaging.Queues;

namespace Multiprocessing.Tests.Messaging.Connections.Pipes;

/// <summary>Noise in the memory of a pipe and in ends on their way, as a process of the tree could leave it by a wild write.</summary>
public sealed class PipeFuzzTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, "everywhere")]
    [InlineData(2, "ends")]
    [InlineData(3, "rings")]
    [InlineData(4, "cells")]
    public async Task Noise_in_the_memory_of_a_pipe_is_worked_with_or_refused(int seed, string where)
    {
        var random = new Random(seed);
        for (int i = 0; i < 300; i++)
        {
            (Connection one, Connection other) = Connection.CreatePipe();
            using (one)
            using (other)
            {
                foreach (Connection end in (Connection[])[one, other])
                {
                    end.PipeEnd!.Incoming.Ring.PatienceLimit = 1;
                    end.PipeEnd!.Outgoing.Ring.PatienceLimit = 1;
                    for (int n = random.Next(10); n > 0; n--)
                    {
                        end.SendBytes(new byte[random.Next(300)]);
                    }
                }

                Scribble(random, one.PipeEnd!.Block, where);
                for (int n = 0; n < 12; n++)
                {
                    await UseAsync(random, random.Next(2) == 0 ? one : other).WaitAsync(TimeSpan.FromSeconds(20), Stop);
                }
            }

            Assert.True(one.IsDisposed && other.IsDisposed);
        }
    }

    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    public void Noise_in_an_end_on_its_way_is_an_end_or_refused(int seed)
    {
        var random = new Random(seed);
        (Connection one, Connection other) = Connection.CreatePipe();
        using (one)
        using (other)
        using (var probe = new SharedProbe())
        {
            byte[] payload = SelfContainedPayload.Serialize<object>((one, probe), out PayloadHolds? holds);
            using (holds)
            {
                for (int i = 0; i < 3000; i++)
                {
                    try
                    {
                        object got = SelfContainedPayload.Deserialize<object>(Noise.Mutate(random, payload));
                        if (got is ValueTuple<Connection, SharedProbe> pair)
                        {
                            pair.Item1?.Dispose();
                            pair.Item2?.Dispose();
                        }
                    }
                    catch (PayloadException)
                    {
                        // As documented.
                    }
                }
            }

            one.SendBytes([1]);
            Assert.Equal([1], other.ReceiveBytes());
        }
    }

    private static unsafe void Scribble(Random random, SharedBlock block, string where)
    {
        var all = new Span<byte>(block.Pointer, (int)block.Length);
        int ring = (int)PipeLayout.RingOffset(random.Next(2));
        Span<byte> part = where switch
        {
            "everywhere" => all,
            "ends" => all.Slice(PipeLayout.Ends + (random.Next(2) * PipeLayout.EndSize), PipeLayout.Holders + 64),
            "rings" => all.Slice(ring, QueueLayout.FirstCell),
            _ => all.Slice(ring + QueueLayout.FirstCell, 64 * 64),
        };
        Noise.Scribble(random, part);
    }

    private static async Task UseAsync(Random random, Connection end)
    {
        // A wait may be the answer, so all give up after a moment.
        using var patience = new CancellationTokenSource(2);
        try
        {
            switch (random.Next(8))
            {
                case 0:
                    await end.SendBytesAsync(new byte[random.Next(100)], patience.Token);
                    break;
                case 1:
                    end.SendBytes(new byte[random.Next(70_000)], patience.Token);
                    break;
                case 2:
                    await end.SendAsync("text", patience.Token);
                    break;
                case 3:
                    await end.ReceiveBytesAsync(patience.Token);
                    break;
                case 4:
                    end.ReceiveBytes(patience.Token);
                    break;
                case 5:
                    await end.ReceiveAsync<object>(patience.Token);
                    break;
                case 6:
                    end.Poll(TimeSpan.FromMilliseconds(1));
                    break;
                default:
                    await end.PollAsync(TimeSpan.FromMilliseconds(1), patience.Token);
                    break;
            }
        }
        catch (Exception problem) when (problem is InvalidDataException or PayloadException or IOException or OperationCanceledException)
        {
            // Damage of the pipe, of a message; no other end; nothing comes.
        }
    }
}
