using Multiprocessing.Platform;

namespace Multiprocessing.Tests.Platform;

public sealed class ControlSocketTests
{
    private readonly byte[] _buffer = new byte[ControlSocket.MaxMessage];

    [Fact]
    public void Messages_keep_their_boundaries()
    {
        (ControlSocket a, KernelHandle handle) = Kernel.ControlSockets.CreatePair();
        using ControlSocket b = Kernel.ControlSockets.Adopt(handle);
        using (a)
        {
            Assert.True(a.Send([1, 2, 3]));
            Assert.True(a.Send([4]));
            Assert.Equal(ReceiveOutcome.Received, b.Receive(_buffer, out int length, out _, wait: true));
            Assert.Equal([1, 2, 3], _buffer[..length]);
            Assert.Equal(ReceiveOutcome.Received, b.Receive(_buffer, out length, out _, wait: true));
            Assert.Equal([4], _buffer[..length]);
            Assert.Equal(ReceiveOutcome.Nothing, b.Receive(_buffer, out _, out _, wait: false));
        }
    }

    [Fact]
    public unsafe void Memory_handed_over_outlives_its_creators_handle()
    {
        (ControlSocket a, KernelHandle handle) = Kernel.ControlSockets.CreatePair();
        using ControlSocket b = Kernel.ControlSockets.Adopt(handle);
        using (a)
        {
            using (KernelHandle memory = Kernel.SharedMemory.Create(4096, "mp-test"))
            using (MemoryMapping mapping = Kernel.SharedMemory.Map(memory, 4096, writable: true))
            {
                mapping.Pointer[0] = 9;
                Assert.True(a.Send([1], memory, memory));
            }

            Assert.Equal(ReceiveOutcome.Received, b.Receive(_buffer, out _, out KernelHandle[] handles, wait: true));
            Assert.Equal(2, handles.Length);
            using MemoryMapping received = Kernel.SharedMemory.Map(handles[1], 4096, writable: false);
            Assert.Equal(9, received.Pointer[0]);
            Array.ForEach(handles, h => h.Dispose());
        }
    }

    [Fact]
    public void A_closed_peer_is_seen_by_sender_and_receiver()
    {
        (ControlSocket a, KernelHandle handle) = Kernel.ControlSockets.CreatePair();
        using (a)
        {
            handle.Dispose();
            Assert.Equal(ReceiveOutcome.PeerGone, a.Receive(_buffer, out _, out _, wait: true));
            Assert.False(a.Send([1]));
        }
    }

    [Fact]
    public void A_peer_that_does_not_read_cannot_block_a_sender_that_does_not_want_to_wait()
    {
        (ControlSocket a, KernelHandle handle) = Kernel.ControlSockets.CreatePair();
        using (handle)
        using (a)
        {
            SendOutcome outcome;
            int sent = 0;
            while ((outcome = a.TrySend(_buffer)) == SendOutcome.Sent)
            {
                sent++;
            }

            Assert.Equal(SendOutcome.NoRoom, outcome);
            Assert.True(sent > 0);
        }
    }
}
