using System.Text;

namespace Multiprocessing.Memory;

/// <summary>What a name in the tree may be.</summary>
internal static class HandOverName
{
    /// <exception cref="ArgumentException">The name is empty or longer than 255 bytes of UTF-8.</exception>
    public static string Check(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return Encoding.UTF8.GetByteCount(name) <= HandOverProtocol.LongestName
            ? name
            : throw new ArgumentException($"A name has at most {HandOverProtocol.LongestName} bytes of UTF-8.", nameof(name));
    }
}
