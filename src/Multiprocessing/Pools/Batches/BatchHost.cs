using Multiprocessing.Serialization;

namespace Multiprocessing.Pools;

/// <summary>What a worker's back end does for the items of a batch. For the thread that runs the tasks.</summary>
internal abstract class BatchHost
{
    /// <summary>An empty writer for the next answer.</summary>
    internal abstract PayloadWriter Begin();

    /// <summary>Answers for one item: status and value, or status and exception.</summary>
    internal abstract void Send(int index, PayloadWriter response);

    /// <summary>The token of the item that begins; cancelled at once if that has been asked for.</summary>
    internal abstract CancellationToken BeginToken();

    internal abstract void EndToken();

    /// <summary>Answers with what user code threw.</summary>
    internal void Fail(int index, Exception exception, CancellationToken token)
    {
        var response = Begin();
        if (exception is OperationCanceledException && token.IsCancellationRequested)
        {
            response.WriteByte((byte)ResponseStatus.Canceled);
        }
        else
        {
            Failures.Write(response, exception);
        }
        Send(index, response);
    }
}
