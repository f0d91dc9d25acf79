using System.Security.Authentication;
using System.Security.Cryptography;

namespace Multiprocessing.Messaging.Connections;

/// <summary>
/// Both sides prove, one after the other, that they know the same key, without showing it: the handshake of CPython's
/// multiprocessing.connection (3.12 and later, which names its digest; and the older one, HMAC-MD5 over 20 bytes, if it is allowed).
/// </summary>
/// <remarks>
/// <para>Source: the description of <c>deliver_challenge</c> and <c>answer_challenge</c> in CPython's Lib/multiprocessing/connection.py.</para>
/// <para>The name of the digest is a part of what is signed, so nobody in between can talk two sides into a weaker one.</para>
/// </remarks>
internal sealed class ConnectionHandshake(IHandshakeStream stream, ReadOnlyMemory<byte> key, bool allowMd5)
{
    /// <summary>No message of a handshake may be longer.</summary>
    public const int LongestMessage = 256;

    private const int RandomLength = 40;
    private const int OldChallengeLength = 20;
    private static readonly byte[] ChallengeMark = "#CHALLENGE#"u8.ToArray();
    private static readonly byte[] Welcome = "#WELCOME#"u8.ToArray();
    private static readonly byte[] Failure = "#FAILURE#"u8.ToArray();

    /// <summary>The side that listens asks first.</summary>
    public async ValueTask AcceptAsync(CancellationToken cancellationToken)
    {
        await ChallengeAsync(cancellationToken).ConfigureAwait(false);
        await AnswerAsync(cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask ConnectAsync(CancellationToken cancellationToken)
    {
        await AnswerAsync(cancellationToken).ConfigureAwait(false);
        await ChallengeAsync(cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask ChallengeAsync(CancellationToken cancellationToken)
    {
        byte[] challenge = [.. HandshakeDigest.Default.Prefix, .. RandomNumberGenerator.GetBytes(RandomLength)];
        await stream.SendAsync((byte[])[.. ChallengeMark, .. challenge], cancellationToken).ConfigureAwait(false);
        byte[] answer = await stream.ReceiveAsync(LongestMessage, cancellationToken).ConfigureAwait(false);
        if (Check(challenge, answer) is { } error)
        {
            await stream.SendAsync(Failure, cancellationToken).ConfigureAwait(false);
            throw new AuthenticationException(error);
        }

        await stream.SendAsync(Welcome, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask AnswerAsync(CancellationToken cancellationToken)
    {
        byte[] message = await stream.ReceiveAsync(LongestMessage, cancellationToken).ConfigureAwait(false);
        if (!message.AsSpan().StartsWith(ChallengeMark))
        {
            throw new AuthenticationException("The peer did not ask for a proof of the key, as it should have.");
        }

        byte[] answer = Sign(message.AsSpan(ChallengeMark.Length));
        await stream.SendAsync(answer, cancellationToken).ConfigureAwait(false);
        byte[] verdict = await stream.ReceiveAsync(LongestMessage, cancellationToken).ConfigureAwait(false);
        if (!verdict.AsSpan().SequenceEqual(Welcome))
        {
            throw new AuthenticationException("The peer refused this side's proof: the keys differ.");
        }
    }

    private byte[] Sign(ReadOnlySpan<byte> challenge)
    {
        if (challenge.Length == OldChallengeLength)
        {
            // An older peer names no digest and takes the bare MD5.
            RefuseMd5(HandshakeDigest.Md5);
            return HandshakeDigest.Md5.Sign(key.Span, challenge);
        }

        if (!HandshakeDigest.TryParse(challenge, out HandshakeDigest? named, out int prefix)
            || challenge.Length - prefix < OldChallengeLength)
        {
            throw new AuthenticationException(
                $"The peer's challenge is too short to prove anything, or names no digest that is known here ({Printable(challenge)}).");
        }

        RefuseMd5(named);
        return [.. named.Prefix, .. named.Sign(key.Span, challenge)];
    }

    /// <returns>What is wrong with the answer; null: nothing.</returns>
    private string? Check(ReadOnlySpan<byte> challenge, ReadOnlySpan<byte> answer)
    {
        HandshakeDigest digest;
        ReadOnlySpan<byte> proof = answer;
        if (answer.Length == HandshakeDigest.Md5.Length)
        {
            digest = HandshakeDigest.Md5;
        }
        else if (HandshakeDigest.TryParse(answer, out HandshakeDigest? named, out int prefix))
        {
            digest = named;
            proof = answer[prefix..];
        }
        else
        {
            return $"The peer's proof names no digest that is known here ({Printable(answer)}).";
        }

        if (digest == HandshakeDigest.Md5 && !allowMd5)
        {
            return "The peer's proof uses MD5, which is not allowed here.";
        }

        return CryptographicOperations.FixedTimeEquals(proof, digest.Sign(key.Span, challenge))
            ? null
            : "The peer's proof is wrong: the keys differ.";
    }

    private void RefuseMd5(HandshakeDigest digest)
    {
        if (digest == HandshakeDigest.Md5 && !allowMd5)
        {
            throw new AuthenticationException("The peer asks for a proof by MD5, which is not allowed here.");
        }
    }

    private static string Printable(ReadOnlySpan<byte> bytes) =>
        Convert.ToHexString(bytes[..Math.Min(bytes.Length, 20)]) + (bytes.Length > 20 ? "..." : "");
}
