namespace Multiprocessing.Pools;

/// <summary>
/// The input of one map or stream, open in the dispatcher until it is disposed of. Held by whoever reads the input: if nobody can go on with
/// that any more (an enumeration that was left without being disposed of), the finalizer closes it, so that the pool can end.
/// </summary>
internal sealed class OpenInput : IDisposable
{
    private Dispatcher? _dispatcher;

    internal OpenInput(Dispatcher dispatcher)
    {
        dispatcher.BeginInput();
        _dispatcher = dispatcher;
    }

    ~OpenInput() => Dispose();

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _dispatcher, null) is { } dispatcher)
        {
            dispatcher.EndInput();
            GC.SuppressFinalize(this);
        }
    }
}
