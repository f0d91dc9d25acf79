using System.Text;

namespace Multiprocessing;

/// <summary>
/// A value cannot be sent to another process. Thrown at the call site, before anything has been sent; the message names the way from
/// the value to the culprit, its type, and what to do instead.
/// </summary>
public sealed class UnserializableException : Exception
{
    private const int ShownSegments = 12;
    private const int LongestPath = 1024;
    private readonly List<string> _path = [];
    private readonly string _reason;
    private readonly string? _culprit;
    private int _left; // steps in the middle that are not kept

    /// <summary>Creates the exception with a message.</summary>
    public UnserializableException(string? message)
        : this(message, null)
    {
    }

    /// <summary>Creates the exception with a message and its cause.</summary>
    public UnserializableException(string? message, Exception? innerException)
        : base(message, innerException)
    {
        _reason = message ?? base.Message;
    }

    /// <summary>Creates the exception with the default message.</summary>
    public UnserializableException()
        : this("The value cannot be sent to another process.")
    {
    }

    internal UnserializableException(Type culprit, string reason)
        : this(reason)
    {
        _culprit = culprit.ToString();
    }

    /// <summary>The way to the culprit, the outermost part first: <c>captured variable `job` → field `Log`</c>. Empty if it is the value itself.</summary>
    public string Path => string.Join(" → ", Shown());

    /// <inheritdoc/>
    public override string Message
    {
        get
        {
            string type = _culprit is null ? string.Empty : $" of type `{_culprit}`";
            return _path.Count > 0 ? $"Cannot send {Path}{type}: {_reason}"
                : _culprit is not null ? $"Cannot send an object{type}: {_reason}"
                : _reason;
        }
    }

    /// <summary>Notes one more step outwards. Called by exception filters: always false, so that nothing is caught.</summary>
    internal bool Passes(string segment)
    {
        _path.Add(segment);
        if (_path.Count > LongestPath)
        {
            // The ends tell most: the innermost steps stay, and of the others the outermost.
            _path.RemoveRange(LongestPath / 2, LongestPath / 4);
            _left += LongestPath / 4;
        }

        return false;
    }

    private IEnumerable<string> Shown()
    {
        for (int i = _path.Count - 1; i >= 0; i--)
        {
            int depth = _path.Count - 1 - i;
            if (depth == ShownSegments && i > ShownSegments)
            {
                yield return $"... {_left + i - ShownSegments + 1} more ...";
                i = ShownSegments;
                continue;
            }

            yield return _path[i];
        }
    }
}
