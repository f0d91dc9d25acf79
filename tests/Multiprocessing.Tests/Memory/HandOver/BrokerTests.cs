using System.Diagnostics;
using Multiprocessing.Memory;
using Multiprocessing.Platform;

namespace Multiprocessing.Tests.Memory.HandOver;

public sealed class BrokerTests : IDisposable
{
    private readonly Broker _broker = new();
    private readonly Holder _producer = new();
    private readonly Holder _consumer = new();

    public void Dispose() => _broker.Dispose();

    [Fact]
    public async Task An_object_is_closed_when_its_last_holder_lets_go()
    {
        KernelHandle memory = NewMemory();
        Guid token = _broker.Deposit(_producer, memory);
        _broker.Open(_consumer, token, take: false, out Guid same)!.Dispose();
        Assert.Equal(token, same);
        _broker.Release(_producer, token);
        Assert.Equal(new BrokerCounts(1, 1, 0, 0), _broker.Counts);
        Assert.False(memory.IsClosed);
        _broker.Release(_consumer, token);
        Assert.Equal(default, _broker.Counts);
        await ClosedAsync(memory);
    }

    [Fact]
    public void Each_open_is_a_hold_of_its_own()
    {
        Guid token = _broker.Deposit(_producer, NewMemory());
        _broker.Open(_producer, token, take: false, out _)!.Dispose();
        _broker.Release(_producer, token);
        Assert.Equal(1, _broker.Counts.Segments);
        _broker.Release(_producer, token);
        Assert.Equal(0, _broker.Counts.Segments);
    }

    [Fact]
    public void A_hold_that_a_process_does_not_have_cannot_be_released()
    {
        Guid token = _broker.Deposit(_producer, NewMemory());
        _broker.Release(_consumer, token);
        Assert.Equal(new BrokerCounts(1, 1, 0, 0), _broker.Counts);
    }

    [Fact]
    public async Task What_a_dead_process_held_is_dropped_with_all_its_holds()
    {
        KernelHandle memory = NewMemory();
        Guid token = _broker.Deposit(_producer, memory);
        _broker.Open(_producer, token, take: false, out _)!.Dispose();
        _broker.Drop(_producer);
        Assert.Equal(default, _broker.Counts);
        await ClosedAsync(memory);
    }

    [Fact]
    public async Task What_a_dead_process_had_asked_for_makes_no_hold_any_more()
    {
        Guid token = _broker.Deposit(_consumer, NewMemory());
        _broker.Drop(_producer);
        KernelHandle late = NewMemory();
        _broker.Deposit(_producer, late);
        await ClosedAsync(late);
        Assert.Null(_broker.Open(_producer, token, take: false, out _));
        Assert.Equal(new BrokerCounts(1, 1, 0, 0), _broker.Counts);
    }

    [Fact]
    public void An_unread_item_outlives_its_producer_and_its_ticket_becomes_the_takers_hold()
    {
        Guid queue = _broker.Deposit(_consumer, NewMemory());
        Guid token = _broker.Deposit(_producer, NewMemory());
        Guid ticket = _broker.Park(token, queue)!.Value;
        _broker.Drop(_producer);
        Assert.Equal(new BrokerCounts(2, 1, 1, 0), _broker.Counts);
        _broker.Open(_consumer, ticket, take: true, out Guid taken)!.Dispose();
        Assert.Equal(token, taken);
        Assert.Equal(new BrokerCounts(2, 2, 0, 0), _broker.Counts);
        Assert.Null(_broker.Open(_consumer, ticket, take: true, out _));
    }

    [Fact]
    public void A_reference_opened_without_being_taken_stays_for_the_next_if_the_first_dies()
    {
        Guid token = _broker.Deposit(_producer, NewMemory());
        Guid ticket = _broker.Park(token, Guid.Empty)!.Value;
        _broker.Drop(_producer);
        _broker.Open(_consumer, ticket, take: false, out _)!.Dispose();
        _broker.Drop(_consumer);
        Assert.Equal(new BrokerCounts(1, 0, 1, 0), _broker.Counts);
        var next = new Holder();
        _broker.Open(next, ticket, take: false, out _)!.Dispose();
        _broker.Discard(ticket);
        Assert.Equal(new BrokerCounts(1, 1, 0, 0), _broker.Counts);
    }

    [Fact]
    public void References_go_with_the_object_that_they_are_parked_in()
    {
        Guid outer = _broker.Deposit(_consumer, NewMemory());
        Guid middle = _broker.Deposit(_producer, NewMemory());
        Guid inner = _broker.Deposit(_producer, NewMemory());
        Assert.NotNull(_broker.Park(inner, middle));
        Assert.NotNull(_broker.Park(middle, outer));
        _broker.Drop(_producer);
        Assert.Equal(new BrokerCounts(3, 1, 2, 0), _broker.Counts);
        _broker.Release(_consumer, outer);
        Assert.Equal(default, _broker.Counts);
    }

    [Fact]
    public void Objects_parked_in_each_other_or_in_themselves_keep_nothing_alive()
    {
        Guid a = _broker.Deposit(_producer, NewMemory());
        Guid b = _broker.Deposit(_producer, NewMemory());
        _broker.Park(a, b);
        _broker.Park(b, a);
        _broker.Park(a, a);
        _broker.Release(_producer, a);
        Assert.Equal(new BrokerCounts(2, 1, 3, 0), _broker.Counts);
        _broker.Release(_producer, b);
        Assert.Equal(default, _broker.Counts);
    }

    [Fact]
    public void Nothing_is_parked_in_an_object_that_is_gone()
    {
        Guid gone = _broker.Deposit(_producer, NewMemory());
        _broker.Release(_producer, gone);
        Guid token = _broker.Deposit(_producer, NewMemory());
        Assert.Null(_broker.Park(token, gone));
        Assert.Null(_broker.Park(gone, token));
    }

    [Fact]
    public void A_name_opens_its_object_and_goes_with_it()
    {
        Guid token = _broker.Deposit(_producer, NewMemory());
        Guid other = _broker.Deposit(_consumer, NewMemory());
        Assert.True(_broker.SetName("board", token));
        Assert.False(_broker.SetName("board", other));
        _broker.OpenName(_consumer, "board", out Guid named)!.Dispose();
        Assert.Equal(token, named);
        _broker.Drop(_producer);
        Assert.NotNull(Closed(_broker.OpenName(_consumer, "board", out _)));
        _broker.Drop(_consumer);
        Assert.Equal(default, _broker.Counts);
        Assert.Null(_broker.OpenName(new Holder(), "board", out _));
    }

    [Fact]
    public void A_name_removed_is_free_again()
    {
        Guid token = _broker.Deposit(_producer, NewMemory());
        Assert.True(_broker.SetName("board", token));
        Assert.True(_broker.RemoveName("board"));
        Assert.False(_broker.RemoveName("board"));
        Assert.True(_broker.SetName("board", token));
    }

    internal static KernelHandle NewMemory() => Kernel.SharedMemory.Create(4096, "mp-test");

    internal static async Task ClosedAsync(KernelHandle handle)
    {
        long start = Stopwatch.GetTimestamp();
        while (!handle.IsClosed)
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(10), "The handle was not closed.");
            await Task.Delay(1);
        }
    }

    private static KernelHandle? Closed(KernelHandle? handle)
    {
        handle?.Dispose();
        return handle;
    }
}
