using Multiprocessing.Platform;

namespace Multiprocessing.Memory;

/// <summary>How a process gets its connection to the root of its tree. Set by the layer that knows processes.</summary>
internal interface ITreeConnector
{
    /// <summary>Asks for a new connection to the root. Does not wait, so that the event loop may call it for a child that asks.</summary>
    /// <param name="completed">
    /// Called once, on any thread: this process's end of the connection, which it owns; <see langword="null"/> if there is none.
    /// </param>
    void RequestConnection(Action<KernelHandle?> completed);
}
