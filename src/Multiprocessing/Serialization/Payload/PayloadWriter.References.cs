using System.Reflection;
using Multiprocessing.Serialization;

namespace Multiprocessing;

public sealed partial class PayloadWriter
{
    private ReferenceTable _references;
    private ClosureProgress _closures;
    private bool _hasClosures;
    private List<int>? _late;

    /// <summary>
    /// Gives the object the next number, or, if it has one already, writes the reference to it and returns true.
    /// </summary>
    internal bool TryWriteReference(object value)
    {
        int id = _references.FindOrAdd(value);
        if (id < 0)
        {
            return false;
        }

        if (_late is { Count: > 0 } late && late.Contains(id))
        {
            throw new UnserializableException(
                $"a {value.GetType()} contains itself, by whatever way, and cannot be rebuilt before all that it contains.");
        }

        WriteVarUInt((uint)id + ReferenceHeader.FirstReference);
        return true;
    }

    /// <summary>Notes that the object numbered last does not exist for the reader until its content has been read.</summary>
    internal int EnterLate()
    {
        List<int> late = _late ??= [];
        late.Add(_references.Count - 1);
        return late.Count - 1;
    }

    internal void LeaveLate(int depth) => _late!.RemoveRange(depth, _late.Count - depth);

    /// <summary>The number of an object that was written before, or the bitwise complement of the one that it has just got.</summary>
    internal int FindOrAddReference(object value)
    {
        int id = _references.FindOrAdd(value);
        return id >= 0 ? id : ~(_references.Count - 1);
    }

    /// <summary>The method of the delegate whose target is being written: it decides which fields of a closure are needed.</summary>
    internal MethodInfo? ClosureMethod { get; set; }

    internal ulong ClaimClosureFields(int reference, ulong fields)
    {
        _hasClosures = true;
        return _closures.Claim(reference, fields);
    }

    private void ForgetReferences()
    {
        _references.Clear();
        ClosureMethod = null;
        _late?.Clear();
        if (_hasClosures)
        {
            _hasClosures = false;
            _closures.Clear();
        }
    }
}
