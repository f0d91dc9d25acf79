using System.Diagnostics.CodeAnalysis;
using Multiprocessing.Platform;

namespace Multiprocessing.Processes;

/// <summary>Says hello and waits, possibly for long, until the parent claims this process.</summary>
internal static class ClaimReceiver
{
    public static ClaimedProcess Await(ControlSocket control, WorkerGuard guard)
    {
        SayHello(control);
        byte[] buffer = new byte[ControlProtocol.LargestMessage];
        Receive(control, buffer, wait: true, out int length, out KernelHandle[] handles);
        ClaimMessage.Head head = ClaimMessage.ReadHead(buffer.AsSpan(0, length), out ReadOnlySpan<byte> body);
        int next = 0;
        if (head.IsRehearsal)
        {
            Claim rehearsal = Read(head, body, handles, ref next);
            if (Receive(control, buffer, wait: false, out length, out handles))
            {
                Send(control, [ControlProtocol.Rehearsed]);
            }
            else
            {
                Rehearse(control, head, rehearsal);
                Send(control, [ControlProtocol.Rehearsed]);
                Receive(control, buffer, wait: true, out length, out handles);
            }
            head = ClaimMessage.ReadHead(buffer.AsSpan(0, length), out body);
        }
        if (Hello.FindMismatch(head.Version, head.Library, head.Program) is { } mismatch)
        {
            Refuse(control, mismatch);
        }
        next = 0;
        Claim claim = Read(head, body, handles, ref next);
        TakeStream(1, head.BringsOutput ? handles[next++] : null);
        TakeStream(2, head.BringsError ? handles[next++] : null);
        try
        {
            Surroundings.TakeOver(claim);
        }
        catch (Exception e)
        {
            // The folder is gone, the group, the priority is not allowed: the parent gets to know why there is no child.
            Refuse(control, e.Message);
        }
        ProcessIdentity.Become(claim, guard);
        return new ClaimedProcess(control, claim, handles[next..]);
    }

    /// <summary>Everything that follows a claim, with one that changes nothing: nobody waits for what is loaded and compiled here.</summary>
    private static void Rehearse(ControlSocket control, ClaimMessage.Head head, Claim claim)
    {
        _ = Hello.FindMismatch(head.Version, head.Library, head.Program);
        Surroundings.TakeOver(claim);
        _ = ProcessIdentity.Depth;
        new ClaimedProcess(control, claim, []).CreateRole().Rehearse(claim.Payload.Span);
        ChildExit.Rehearse();
    }

    private static bool Receive(ControlSocket control, byte[] buffer, bool wait, out int length, out KernelHandle[] handles)
    {
        ReceiveOutcome outcome = control.Receive(buffer, out length, out handles, wait);
        if (outcome == ReceiveOutcome.PeerGone)
        {
            // The parent ended, or has no use for this process any more.
            Kernel.Lifetime.ExitNow(0);
        }
        return outcome == ReceiveOutcome.Received;
    }

    private static void SayHello(ControlSocket control)
    {
        var writer = new ControlWriter(64);
        Hello.OfThisProcess.Write(writer);
        Send(control, writer.Written);
    }

    private static void Send(ControlSocket control, ReadOnlySpan<byte> message)
    {
        if (!control.Send(message))
        {
            Kernel.Lifetime.ExitNow(0);
        }
    }

    /// <summary>Tells the parent why this process cannot become what it should, and ends it.</summary>
    [DoesNotReturn]
    public static void Refuse(ControlSocket control, string reason)
    {
        var writer = new ControlWriter();
        writer.WriteByte(ControlProtocol.Refusal);
        writer.WriteString(reason);
        control.Send(writer.Written);
        Kernel.Lifetime.ExitNow(WorkerGuard.FailedStartCode);
    }

    private static Claim Read(ClaimMessage.Head head, ReadOnlySpan<byte> body, KernelHandle[] handles, ref int next) =>
        head.BodyIsInFile ? ReadFromFile(handles[next++], head.BodyLength) : Read(body);

    private static Claim Read(ReadOnlySpan<byte> body)
    {
        var reader = new ControlReader(body);
        return Claim.Read(ref reader);
    }

    private static unsafe Claim ReadFromFile(KernelHandle file, int length)
    {
        using (file)
        {
            using MemoryMapping mapping = Kernel.SharedMemory.Map(file, length, writable: false);
            return Read(new ReadOnlySpan<byte>(mapping.Pointer, length));
        }
    }

    private static void TakeStream(int number, KernelHandle? stream)
    {
        if (stream is not null)
        {
            Kernel.Lifetime.ReplaceStandardStream(number, stream);
            stream.Dispose();
        }
    }
}
