using System.Runtime.ExceptionServices;

namespace Multiprocessing.Pools;

/// <summary>The values of one worker: made when they are first asked for, disposed of in the reverse order when the worker ends cleanly.</summary>
internal sealed class WorkerLocals
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, Entry> _entries = [];
    private readonly List<object> _made = [];

    internal T Get<T>(WorkerLocal<T> local)
    {
        Entry? entry;
        lock (_lock)
        {
            if (!_entries.TryGetValue(local.Id, out entry))
            {
                _entries.Add(local.Id, entry = new Entry());
            }
        }

        // A lock of its own: the factory may ask for other values, and it may take its time.
        lock (entry.Lock)
        {
            if (!entry.IsMade)
            {
                entry.Value = local.Make();
                entry.IsMade = true;
                if (entry.Value is IDisposable or IAsyncDisposable)
                {
                    lock (_lock)
                    {
                        _made.Add(entry.Value);
                    }
                }
            }
            return (T)entry.Value!;
        }
    }

    internal bool Has(Guid id)
    {
        lock (_lock)
        {
            return _entries.TryGetValue(id, out var entry) && entry.IsMade;
        }
    }

    /// <summary>Disposes of all values, also if some of them fail; the first failure comes out.</summary>
    internal void Dispose()
    {
        ExceptionDispatchInfo? failure = null;
        while (TakeLast() is { } value)
        {
            try
            {
                switch (value)
                {
                    case IDisposable disposable:
                        disposable.Dispose();
                        break;
                    case IAsyncDisposable disposable:
                        disposable.DisposeAsync().AsTask().GetAwaiter().GetResult();
                        break;
                }
            }
            catch (Exception exception)
            {
                failure ??= ExceptionDispatchInfo.Capture(exception);
            }
        }
        failure?.Throw();
    }

    private object? TakeLast()
    {
        lock (_lock)
        {
            if (_made.Count == 0)
            {
                return null;
            }
            var last = _made[^1];
            _made.RemoveAt(_made.Count - 1);
            return last;
        }
    }

    private sealed class Entry
    {
        internal object Lock { get; } = new();

        internal object? Value { get; set; }

        internal volatile bool IsMade;
    }
}
