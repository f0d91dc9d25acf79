namespace Multiprocessing.Platform;

/// <summary>Makes and adopts <see cref="ControlSocket"/>s.</summary>
internal abstract class ControlSocketService
{
    /// <summary>Two connected ends: one for this process, one as a handle to be given to another.</summary>
    public abstract (ControlSocket Mine, KernelHandle Theirs) CreatePair();

    /// <summary>Takes over an end that another process made and handed over.</summary>
    public abstract ControlSocket Adopt(KernelHandle handle);

    /// <summary>Whether a file is one by which a socket was named.</summary>
    public abstract bool IsSocketFile(string path);
}
