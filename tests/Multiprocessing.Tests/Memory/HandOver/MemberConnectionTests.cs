using System.Diagnostics;
using Multiprocessing.Memory;
using Multiprocessing.Platform;

namespace Multiprocessing.Tests.Memory.HandOver;

public sealed class MemberConnectionTests : IDisposable
{
    private readonly TreeRoot _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public void Memory_deposited_by_one_member_is_opened_by_another_and_by_the_root()
    {
        using var one = new TestMember(_root);
        using var other = new TestMember(_root);
        Guid token = DepositOne(one.HandOver, 77);
        Assert.Equal(77, Read(other.HandOver.Open(token, take: false, out Guid segment)));
        Assert.Equal(token, segment);
        Assert.Equal(77, Read(_root.HandOver.Open(token, take: false, out _)));
        Assert.Equal(new BrokerCounts(1, 3, 0, 0), _root.Broker.Counts);
        Guid ofRoot = DepositOne(_root.HandOver, 78);
        Assert.Equal(78, Read(one.HandOver.Open(ofRoot, take: false, out _)));
    }

    [Fact]
    public async Task References_are_parked_taken_and_discarded()
    {
        using var one = new TestMember(_root);
        using var other = new TestMember(_root);
        Guid queue = DepositOne(other.HandOver, 1);
        Guid token = DepositOne(one.HandOver, 2);
        Guid first = one.HandOver.Park(token, queue)!.Value;
        Guid second = one.HandOver.Park(token, queue)!.Value;
        one.HandOver.Release(token);
        Assert.Equal(2, Read(other.HandOver.Open(first, take: true, out _)));
        other.HandOver.Release(token);
        other.HandOver.Discard(second);
        await CountsAsync(new BrokerCounts(1, 1, 0, 0));
        Assert.Null(other.HandOver.Open(second, take: true, out _));
    }

    [Fact]
    public void Memory_is_opened_by_name()
    {
        using var one = new TestMember(_root);
        using var other = new TestMember(_root);
        Guid token = DepositOne(one.HandOver, 5);
        Assert.True(one.HandOver.SetName("größe", token));
        Assert.False(other.HandOver.SetName("größe", token));
        Assert.Equal(5, Read(other.HandOver.OpenName("größe", out Guid named)));
        Assert.Equal(token, named);
        Assert.Null(other.HandOver.OpenName("other", out _));
        Assert.True(other.HandOver.RemoveName("größe"));
        Assert.False(one.HandOver.RemoveName("größe"));
        Assert.Throws<ArgumentException>(() => one.HandOver.SetName(new string('n', 256), token));
        Assert.Throws<ArgumentException>(() => one.HandOver.SetName("", token));
    }

    [Fact]
    public async Task A_member_that_never_says_who_it_is_is_forgotten_when_it_closes()
    {
        _root.Admit().Dispose();
        await MembersAsync(0);
    }

    [Fact]
    public async Task A_process_that_claims_another_start_time_is_refused()
    {
        using ControlSocket socket = Kernel.ControlSockets.Adopt(_root.Admit());
        byte[] hello = new byte[9];
        hello[0] = HandOverProtocol.Introduce;
        BitConverter.TryWriteBytes(hello.AsSpan(1), Kernel.Lifetime.StartTimeOf(Environment.ProcessId) + 1);
        await RefusedAsync(socket, hello);
    }

    [Theory]
    [InlineData(HandOverProtocol.Open, 17)]
    [InlineData(HandOverProtocol.Introduce, 8)]
    [InlineData(HandOverProtocol.Deposit, 1)]
    public async Task What_comes_before_a_valid_introduction_is_refused(byte code, int length)
    {
        using ControlSocket socket = Kernel.ControlSockets.Adopt(_root.Admit());
        byte[] request = new byte[length];
        request[0] = code;
        await RefusedAsync(socket, request);
    }

    [Theory]
    [InlineData(HandOverProtocol.Open, 16)]
    [InlineData(HandOverProtocol.Park, 32)]
    [InlineData(HandOverProtocol.OpenName, 1)]
    [InlineData(0, 1)]
    [InlineData(99, 40)]
    public void A_malformed_request_ends_the_conversation_of_that_member_only(byte code, int length)
    {
        using var bad = new TestMember(_root);
        using var good = new TestMember(_root);
        byte[] request = new byte[length];
        request[0] = code;
        Assert.Null(bad.Connection.Ask(request, []));
        Assert.Throws<IOException>(() => bad.HandOver.Park(Guid.Empty, Guid.Empty));
        Assert.Equal(3, Read(good.HandOver.Open(DepositOne(good.HandOver, 3), take: false, out _)));
    }

    [Fact]
    public void A_deposit_without_a_handle_is_refused_and_the_conversation_goes_on()
    {
        using var member = new TestMember(_root);
        Assert.Throws<IOException>(() => member.Connection.Ask([HandOverProtocol.Deposit], new byte[16]));
        Assert.Equal(3, Read(member.HandOver.Open(DepositOne(member.HandOver, 3), take: false, out _)));
    }

    [Fact]
    public async Task Many_threads_of_a_member_may_ask_at_once()
    {
        using var member = new TestMember(_root);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() =>
        {
            for (int round = 0; round < 200; round++)
            {
                Guid token = DepositOne(member.HandOver, (byte)i);
                Assert.Equal(i, Read(member.HandOver.Open(token, take: false, out _)));
                member.HandOver.Release(token);
                member.HandOver.Release(token);
            }
        })));
        await CountsAsync(default);
    }

    private static unsafe Guid DepositOne(IHandOver handOver, byte content)
    {
        using KernelHandle memory = BrokerTests.NewMemory();
        using MemoryMapping mapping = Kernel.SharedMemory.Map(memory, 4096, writable: true);
        mapping.Pointer[0] = content;
        return handOver.Deposit(memory);
    }

    private static unsafe int Read(KernelHandle? memory)
    {
        using (memory)
        {
            Assert.NotNull(memory);
            using MemoryMapping mapping = Kernel.SharedMemory.Map(memory, 4096, writable: false);
            return mapping.Pointer[0];
        }
    }

    private async Task RefusedAsync(ControlSocket socket, byte[] request)
    {
        byte[] answer = new byte[100];
        Assert.True(socket.Send(request));
        Assert.Equal(ReceiveOutcome.Received, socket.Receive(answer, out int length, out _, wait: true));
        Assert.Equal(1, length);
        Assert.Equal(HandOverProtocol.Failed, answer[0]);
        Assert.Equal(ReceiveOutcome.PeerGone, socket.Receive(answer, out _, out _, wait: true));
        await MembersAsync(0);
    }

    private Task MembersAsync(int expected) => BecomesAsync(() => _root.MemberCount == expected);

    private Task CountsAsync(BrokerCounts expected) => BecomesAsync(() => _root.Broker.Counts == expected);

    private static async Task BecomesAsync(Func<bool> condition)
    {
        long start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(10));
            await Task.Delay(1);
        }
    }
}
