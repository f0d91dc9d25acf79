using Multiprocessing.Serialization;

namespace Multiprocessing;

public ref partial struct PayloadReader
{
    /// <summary>Gives an object the next number before its contents are read, so that they can refer to it.</summary>
    internal void Register(object value)
    {
        int id = ReserveReference();
        _objects![id] = value;
    }

    /// <summary>Takes the next number for an object that exists only after its contents have been read.</summary>
    internal int ReserveReference()
    {
        if (_objects is null)
        {
            _objects = new object?[4];
        }
        else if (_objectCount == _objects.Length)
        {
            Array.Resize(ref _objects, _objectCount * 2);
        }

        return _objectCount++;
    }

    internal readonly void SetReference(int id, object value) => _objects![id] = value;

    internal readonly object GetReference(ulong id)
    {
        if (id >= (ulong)_objectCount)
        {
            throw new PayloadException("The payload refers to an object that has not come yet.");
        }

        return _objects![(int)id] ?? throw new PayloadException("The payload refers to an object that is not complete yet.");
    }

    /// <summary>
    /// Does something after the whole value has been read: hash tables are filled then, because the hash code of a key may depend on
    /// fields that have not been read yet (a key that refers, by whatever way, to the table that it is in).
    /// </summary>
    internal void Defer(Action action) => (_deferred ??= []).Add(action);

    internal void RunDeferred()
    {
        if (_deferred is not { } deferred)
        {
            return;
        }

        // The innermost tables were announced last, and a key can be a table itself.
        for (int i = deferred.Count - 1; i >= 0; i--)
        {
            deferred[i]();
        }

        _deferred = null;
    }
}
