namespace Multiprocessing;

public sealed partial class ChildProcess : IWaitable
{
    /// <summary>It has ended.</summary>
    bool IWaitable.IsReady => Started().Ended.IsCompleted;

    Task IWaitable.WaitUntilReadyAsync(CancellationToken cancellationToken) => Started().Ended.WaitAsync(cancellationToken);
}
