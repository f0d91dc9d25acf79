namespace Multiprocessing.Serialization.Closures;

/// <summary>
/// The evaluation stack of one method during a single walk over its code, with one bit per value: is it a closure (or a reference to one)?
/// </summary>
/// <remarks>
/// One walk is enough because the state at a target of forward branches is kept until the walk comes there, and the stack is empty at
/// targets of backward ones that follow an unconditional branch (ECMA-335, III.1.7.5). Popping from an empty stack yields "no closure":
/// so the exception with which handlers begin needs no treatment.
/// </remarks>
internal struct ClosureStack
{
    private const int MaxDepth = 64;
    private ulong _bits;
    private int _depth;
    private Saved[]? _saved;
    private int _savedCount;

    internal void Push(bool isClosure)
    {
        if (_depth == MaxDepth)
        {
            throw new BadImageFormatException("An evaluation stack deeper than the analysis follows.");
        }
        var bit = 1UL << _depth++;
        _bits = isClosure ? _bits | bit : _bits & ~bit;
    }

    internal bool Pop() => _depth > 0 && (_bits >> --_depth & 1) != 0;

    /// <summary>Takes <paramref name="count"/> values; true if one of them is a closure.</summary>
    internal bool Pop(int count)
    {
        var any = false;
        for (; count > 0; count--)
        {
            any |= Pop();
        }
        return any;
    }

    /// <summary>Keeps the state for a branch to <paramref name="target"/>.</summary>
    internal void Branch(int target, int from)
    {
        if (_depth == 0 || target <= from)
        {
            return;
        }
        if (_saved is null || _savedCount == _saved.Length)
        {
            Array.Resize(ref _saved, Math.Max(4, 2 * _savedCount));
        }
        _saved[_savedCount++] = new Saved(target, _depth, _bits);
    }

    /// <summary>Comes to <paramref name="offset"/>, over the instruction before or by branches only.</summary>
    internal void Arrive(int offset, bool byBranchOnly)
    {
        if (byBranchOnly)
        {
            (_depth, _bits) = (0, 0);
        }
        for (var i = 0; i < _savedCount; i++)
        {
            if (_saved![i].Target == offset)
            {
                _bits = _depth == 0 ? _saved[i].Bits : _bits | _saved[i].Bits;
                _depth = Math.Max(_depth, _saved[i].Depth);
            }
        }
    }

    private readonly struct Saved(int target, int depth, ulong bits)
    {
        internal int Target => target;

        internal int Depth => depth;

        internal ulong Bits => bits;
    }
}
