using System.Reflection;
using Multiprocessing.Serialization;

namespace Multiprocessing;

public sealed partial class PayloadWriter
{
    private ReferenceTable _references;
    private ClosureProgress _closures;
    private bool _hasClosures;

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

        WriteVarUInt((uint)id + ReferenceHeader.FirstReference);
        return true;
    }

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
        if (_hasClosures)
        {
            _hasClosures = false;
            _closures.Clear();
        }
    }
}
