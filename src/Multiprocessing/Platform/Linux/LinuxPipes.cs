namespace Multiprocessing.Platform.Linux;

/// <summary>Pipes by pipe2(2).</summary>
internal sealed class LinuxPipes : PipeService
{
    public override (KernelHandle Read, KernelHandle Write) Create() => Descriptors.Pipe();

    public override KernelHandle OpenNull() => Descriptors.OpenNull();

    public override int Read(KernelHandle handle, Span<byte> buffer) => Descriptors.Read(handle, buffer);
}
