namespace Multiprocessing.Serialization;

/// <summary>
/// What a payload refers to instead of containing it. It must be there until the payload has been read, so whoever keeps the payload
/// keeps this as long, then disposes of it; what is forgotten gives itself back.
/// </summary>
internal sealed class PayloadHolds : IDisposable
{
    private readonly List<IDisposable> _held = [];

    public IReadOnlyList<IDisposable> Held => _held;

    public void Add(IDisposable held) => _held.Add(held);

    public void Dispose()
    {
        _held.ForEach(static held => held.Dispose());
        _held.Clear();
    }
}
