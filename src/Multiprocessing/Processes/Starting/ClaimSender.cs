using Multiprocessing.Platform;
using Multiprocessing.Platform.Linux;

namespace Multiprocessing.Processes;

/// <summary>Puts a claim on the control socket, with its standard streams and handles.</summary>
internal static class ClaimSender
{
    public static bool Send(StartedProcess process, StartRequest request)
    {
        using KernelHandle output = request.Output is null ? StandardStream(1) : request.Output.Duplicate();
        using KernelHandle error = request.Error is null ? StandardStream(2) : request.Error.Duplicate();
        return Send(process, request.Claim, isRehearsal: false, [output, error, .. request.Handles]);
    }

    /// <summary>Tells a process started ahead what it will probably become.</summary>
    public static void SendRehearsal(StartedProcess process, string role, byte[] payload)
    {
        var claim = new Claim { Role = role, Name = "", ParentName = "", Payload = payload };
        claim.Environment[WorkerGuard.Variable] = null; // As it is already.
        Send(process, claim, isRehearsal: true, []); // If it is over already, its end tells.
    }

    private static bool Send(StartedProcess process, Claim claim, bool isRehearsal, ReadOnlySpan<KernelHandle> handles)
    {
        var body = new ControlWriter();
        claim.Write(body);
        ClaimMessage.Head head = ClaimMessage.CreateHead(body.Length, isRehearsal);
        var message = new ControlWriter(ClaimMessage.HeadLength + (head.BodyIsInFile ? 0 : body.Length));
        head.Write(message);
        if (!head.BodyIsInFile)
        {
            message.WriteRaw(body.Written);
            return process.Send(message.Written, handles);
        }
        using KernelHandle file = WriteToFile(body.Written);
        return process.Send(message.Written, [file, .. handles]);
    }

    /// <summary>A service started without standard streams has descriptors 1 and 2 closed.</summary>
    private static KernelHandle StandardStream(int number) =>
        Descriptors.IsOpen(number) ? new KernelHandle(number, ownsHandle: false) : Descriptors.OpenNull();

    private static unsafe KernelHandle WriteToFile(ReadOnlySpan<byte> body)
    {
        KernelHandle file = Kernel.SharedMemory.Create(body.Length, "mp-claim");
        using MemoryMapping mapping = Kernel.SharedMemory.Map(file, body.Length, writable: true);
        body.CopyTo(new Span<byte>(mapping.Pointer, body.Length));
        return file;
    }
}
