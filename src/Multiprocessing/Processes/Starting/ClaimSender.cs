using Multiprocessing.Platform;
using Multiprocessing.Platform.Linux;

namespace Multiprocessing.Processes;

/// <summary>Puts a claim on the control socket, with its standard streams and handles.</summary>
internal static class ClaimSender
{
    public static bool Send(StartedProcess process, StartRequest request)
    {
        var body = new ControlWriter();
        request.Claim.Write(body);
        ClaimMessage.Head head = ClaimMessage.CreateHead(body.Length, output: true, error: true);
        var message = new ControlWriter(ClaimMessage.HeadLength + (head.BodyIsInFile ? 0 : body.Length));
        head.Write(message);

        using KernelHandle? file = head.BodyIsInFile ? WriteToFile(body.Written) : null;
        using KernelHandle output = request.Output is null ? StandardStream(1) : request.Output.Duplicate();
        using KernelHandle error = request.Error is null ? StandardStream(2) : request.Error.Duplicate();
        var handles = new List<KernelHandle>(3 + request.Handles.Count);
        if (file is null)
        {
            message.WriteRaw(body.Written);
        }
        else
        {
            handles.Add(file);
        }
        handles.Add(output);
        handles.Add(error);
        handles.AddRange(request.Handles);
        return process.Send(message.Written, handles.ToArray());
    }

    /// <summary>Tells a process started ahead what it will probably become.</summary>
    public static void SendRehearsal(StartedProcess process, string role, byte[] payload)
    {
        var body = new ControlWriter();
        var claim = new Claim { Role = role, Name = "", ParentName = "", Payload = payload };
        claim.Environment[WorkerGuard.Variable] = null; // As it is already.
        claim.Write(body);
        var message = new ControlWriter();
        ClaimMessage.CreateHead(body.Length, output: false, error: false, isRehearsal: true).Write(message);
        message.WriteRaw(body.Written);
        process.Send(message.Written);
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
