using Multiprocessing.Messaging.Rings;
using Multiprocessing.Platform;
using Multiprocessing.Serialization;

namespace Multiprocessing.Pools.Processes;

/// <summary>
/// The life of a worker with itself on both ends, in a process that is started ahead: what is loaded and compiled here, nobody waits
/// for later. One task is in the channel before the worker looks, and the end behind it.
/// </summary>
internal sealed class PoolRehearsal : IDisposable
{
    private readonly ParentChannel _pool = new();
    private readonly KernelHandle _otherEnd;

    public PoolRehearsal(Doorbell doorbell)
    {
        (Control, _otherEnd) = Kernel.ControlSockets.CreatePair();
        Channel = WorkerChannel.Open(_pool.Memory.Duplicate(), doorbell);
        var task = new AwaitedTask<int> { Function = (Func<int, int>)Same, Token = default, TakesToken = false, TimeoutTicks = -1 };
        RequestWriter.Write(task, CallType<FuncCall<int, int>>.Symbol, argument: 1, Cultures.OfThisThread, sink: null);
        for (int symbol = 0; symbol <= task.HighestSymbol; symbol++)
        {
            byte[] definition = OutgoingSymbols.Process.GetDefinition(symbol);
            _pool.Requests.TryReserve(sizeof(int) + definition.Length, out Span<byte> frame);
            SymbolFrame.Write(frame, symbol, definition);
            _pool.Requests.Commit(FrameKind.Symbol);
        }

        _pool.Requests.TryReserve(TaskFrame.RequestHeaderSize + TaskFrame.BlockLength(task.Request.Length, 0), out Span<byte> payload);
        TaskFrame.WriteRequestHeader(payload, sequence: 1, 0, inSegment: false, takesToken: false, taskId: 1, attempt: 1);
        TaskFrame.WriteBlock(payload[TaskFrame.RequestHeaderSize..], null, task.Request);
        _pool.Requests.Commit(FrameKind.Task);
        _pool.Requests.TryReserve(0, out _);
        _pool.Requests.Commit(FrameKind.Complete);
    }

    /// <summary>The worker's end.</summary>
    public WorkerChannel Channel { get; }

    /// <summary>For the handles of large answers, of which there are none.</summary>
    public ControlSocket Control { get; }

    public void Dispose()
    {
        Control.Dispose();
        _otherEnd.Dispose();
        Channel.Dispose();
        _pool.Dispose();
    }

    private static int Same(int value) => value;
}
