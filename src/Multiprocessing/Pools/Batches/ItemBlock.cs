namespace Multiprocessing.Pools;

/// <summary>Where the outcomes of consecutive items go: values and, beside them, what is to be thrown instead of some.</summary>
internal sealed class ItemBlock<TResult>(TResult[] values)
{
    private readonly Lock _lock = new();
    private Dictionary<int, Exception>? _errors;

    internal TResult[] Values { get; } = values;

    /// <summary>How large the requests of all its items are together.</summary>
    internal long RequestBytes { get; init; }

    /// <summary>Its part in an ordered stream.</summary>
    internal BlockOrder? Order { get; init; }

    internal void SetError(int index, Exception error)
    {
        lock (_lock)
        {
            (_errors ??= [])[index] = error;
        }
    }

    /// <summary>What is to be thrown instead of a value; null: there is a value. For items that are ready.</summary>
    internal Exception? ErrorAt(int index)
    {
        if (_errors is null)
        {
            return null;
        }
        lock (_lock)
        {
            return _errors.GetValueOrDefault(index);
        }
    }

    /// <summary>Whether an item was cancelled.</summary>
    internal bool HasCanceled
    {
        get
        {
            lock (_lock)
            {
                return _errors is { } errors && errors.Values.Any(static error => error is OperationCanceledException);
            }
        }
    }

    /// <summary>The first error in a range of ready items; -1: none.</summary>
    internal int FirstError(int start, int count)
    {
        if (_errors is null)
        {
            return -1;
        }
        lock (_lock)
        {
            var first = int.MaxValue;
            foreach (var index in _errors.Keys)
            {
                first = index >= start && index < start + count ? Math.Min(first, index) : first;
            }
            return first == int.MaxValue ? -1 : first;
        }
    }
}
