using System.Collections.Concurrent;
using Multiprocessing.Memory;
using Multiprocessing.Platform;

namespace Multiprocessing.Processes;

/// <summary>The way to the root of the tree for a process that is not the root: its parent is asked, who asks its own.</summary>
internal sealed class ParentConnector(ControlSocket parent) : ITreeConnector
{
    private readonly ConcurrentDictionary<int, Action<KernelHandle?>> _asked = new();
    private int _lastNumber;

    public void RequestConnection(Action<KernelHandle?> completed)
    {
        int number = Interlocked.Increment(ref _lastNumber);
        _asked[number] = completed;
        var question = new ControlWriter(16);
        question.WriteByte(ControlProtocol.RootConnectionWanted);
        question.WriteInt32(number);

        // If the parent is gone, so is this process.
        parent.Send(question.Written);
    }

    /// <summary>Takes the parent's answer. Called on the event loop's thread.</summary>
    public void TakeAnswer(ReadOnlySpan<byte> message, KernelHandle[] handles)
    {
        var answer = new ControlReader(message[1..]);
        if (_asked.TryRemove(answer.ReadInt32(), out Action<KernelHandle?>? completed))
        {
            completed(handles is [KernelHandle end] ? end : null);
        }
    }
}
