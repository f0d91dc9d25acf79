namespace Multiprocessing.Serialization;

/// <summary>
/// Which fields of the closures of a payload are written already, one bit each. A closure that two delegates share is written with
/// the fields that the first can reach, and completed where the second comes.
/// </summary>
internal struct ClosureProgress
{
    private const int LargestKept = 4096;
    private ulong[]? _written; // by the closure's number in the payload

    /// <summary>Notes the fields as written and returns those that were not yet.</summary>
    public ulong Claim(int reference, ulong fields)
    {
        ulong[] written = _written ??= new ulong[8];
        if (reference >= written.Length)
        {
            Array.Resize(ref _written, Math.Max(reference + 1, written.Length * 2));
            written = _written;
        }

        ulong missing = fields & ~written[reference];
        written[reference] |= fields;
        return missing;
    }

    public void Clear()
    {
        if (_written is { Length: > LargestKept })
        {
            _written = null;
        }
        else if (_written is not null)
        {
            Array.Clear(_written);
        }
    }
}
