using Multiprocessing.Memory;
using Multiprocessing.Platform;

namespace Multiprocessing.Processes;

/// <summary>The way to the root of the tree for a process that is not the root: its parent is asked, who asks its own.</summary>
internal sealed class ParentConnector(ControlSocket parent) : ITreeConnector
{
    // Under a lock: a concurrent dictionary with numbers as keys would be compiled at the start of every process.
    private readonly Dictionary<int, Action<KernelHandle?>> _asked = [];
    private int _lastNumber;

    public void RequestConnection(Action<KernelHandle?> completed)
    {
        int number = Interlocked.Increment(ref _lastNumber);
        lock (_asked)
        {
            _asked[number] = completed;
        }
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
        Action<KernelHandle?>? completed;
        lock (_asked)
        {
            _asked.Remove(answer.ReadInt32(), out completed);
        }
        completed?.Invoke(handles is [KernelHandle end] ? end : null);
    }
}
