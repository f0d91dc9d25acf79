using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Multiprocessing.Messaging.Connections;

/// <summary>A digest that a handshake can use, by the name that stands in braces before a challenge and before a proof.</summary>
[SuppressMessage("Security", "CA5351", Justification = "HMAC-MD5 is what CPython before 3.12 speaks, and what HMAC needs still holds for it.")]
internal sealed class HandshakeDigest
{
    private readonly Func<ReadOnlySpan<byte>, ReadOnlySpan<byte>, byte[]> _sign;

    private HandshakeDigest(string name, int length, Func<ReadOnlySpan<byte>, ReadOnlySpan<byte>, byte[]> sign)
    {
        Prefix = Encoding.ASCII.GetBytes('{' + name + '}');
        Length = length;
        _sign = sign;
    }

    public static HandshakeDigest Md5 { get; } = new("md5", HMACMD5.HashSizeInBytes, HMACMD5.HashData);

    public static HandshakeDigest Default { get; } = new("sha256", HMACSHA256.HashSizeInBytes, HMACSHA256.HashData);

    private static HandshakeDigest[] All { get; } =
    [
        Md5,
        Default,
        new("sha384", HMACSHA384.HashSizeInBytes, HMACSHA384.HashData),
        new("sha3_256", HMACSHA3_256.HashSizeInBytes, HMACSHA3_256.HashData),
        new("sha3_384", HMACSHA3_384.HashSizeInBytes, HMACSHA3_384.HashData),
    ];

    public byte[] Prefix { get; }

    /// <summary>Of a proof, in bytes.</summary>
    public int Length { get; }

    public byte[] Sign(ReadOnlySpan<byte> key, ReadOnlySpan<byte> challenge) => _sign(key, challenge);

    /// <summary>The digest that is named at the start of a message.</summary>
    public static bool TryParse(ReadOnlySpan<byte> message, [NotNullWhen(true)] out HandshakeDigest? digest, out int prefixLength)
    {
        foreach (HandshakeDigest known in All)
        {
            if (message.StartsWith(known.Prefix))
            {
                digest = known;
                prefixLength = known.Prefix.Length;
                return true;
            }
        }

        digest = null;
        prefixLength = 0;
        return false;
    }
}
