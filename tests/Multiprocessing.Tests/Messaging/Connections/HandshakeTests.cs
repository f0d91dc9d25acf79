using System.Security.Authentication;
using System.Security.Cryptography;
using Multiprocessing.Messaging.Connections;

namespace Multiprocessing.Tests.Messaging.Connections;

/// <summary>The handshake against peers that do not keep to it.</summary>
public sealed class HandshakeTests
{
    private static readonly byte[] Key = "key"u8.ToArray();

    [Fact]
    public async Task Two_who_know_the_key_come_together()
    {
        (ScriptedStream one, ScriptedStream other) = ScriptedStream.Pair();
        await Task.WhenAll(
            new ConnectionHandshake(one, Key, allowMd5: false).AcceptAsync(default).AsTask(),
            new ConnectionHandshake(other, Key, allowMd5: false).ConnectAsync(default).AsTask());
    }

    [Theory]
    [InlineData("sha256")]
    [InlineData("sha384")]
    [InlineData("md5")]
    public async Task A_challenge_is_answered_by_the_digest_that_it_names(string name)
    {
        byte[] challenge = [.. System.Text.Encoding.ASCII.GetBytes('{' + name + '}'), .. RandomNumberGenerator.GetBytes(40)];
        byte[] answer = await AnswerAsync(challenge, allowMd5: true);
        byte[] expected = name switch
        {
            "sha256" => HMACSHA256.HashData(Key, challenge),
            "sha384" => HMACSHA384.HashData(Key, challenge),
            _ => LegacyMd5(challenge),
        };
        Assert.Equal([.. System.Text.Encoding.ASCII.GetBytes('{' + name + '}'), .. expected], answer);
    }

    [Fact]
    public async Task An_old_challenge_is_answered_by_the_bare_MD5_if_that_is_allowed()
    {
        byte[] challenge = new byte[20];
        Assert.Equal(LegacyMd5(challenge), await AnswerAsync(challenge, allowMd5: true));
        await Assert.ThrowsAsync<AuthenticationException>(() => AnswerAsync(challenge, allowMd5: false));
    }

    [Theory]
    [InlineData("")]
    [InlineData("short")]
    [InlineData("{sha256}short")]
    [InlineData("{crc32}0123456789012345678901234567890123456789")]
    [InlineData("0123456789012345678901234567890123456789")]
    public async Task A_challenge_that_proves_nothing_is_not_answered(string challenge) =>
        await Assert.ThrowsAsync<AuthenticationException>(() => AnswerAsync(System.Text.Encoding.ASCII.GetBytes(challenge), allowMd5: true));

    [Fact]
    public async Task A_challenge_changed_on_its_way_to_a_weaker_digest_is_noticed()
    {
        (ScriptedStream one, ScriptedStream other) = ScriptedStream.Pair();
        other.OnReceived = static message => Replace(message, "{sha256}", "{md5}");
        Task accepting = new ConnectionHandshake(one, Key, allowMd5: true).AcceptAsync(default).AsTask();
        Task connecting = new ConnectionHandshake(other, Key, allowMd5: true).ConnectAsync(default).AsTask();
        await Assert.ThrowsAsync<AuthenticationException>(() => accepting);
        await Assert.ThrowsAsync<AuthenticationException>(() => connecting);
    }

    /// <summary>Seeded, so that a failure can be repeated.</summary>
    [Fact]
    public async Task Whatever_a_peer_says_it_is_refused_by_the_documented_exceptions_and_never_let_in()
    {
        var random = new Random(7);
        string[] words = ["#CHALLENGE#", "#WELCOME#", "#FAILURE#", "{sha256}", "{md5}", "{", "}", ""];
        for (int round = 0; round < 3000; round++)
        {
            var (ours, theirs) = ScriptedStream.Pair();
            for (int i = 0; i < 4; i++)
            {
                byte[] noise = new byte[random.Next(0, 60)];
                random.NextBytes(noise);
                byte[] word = System.Text.Encoding.ASCII.GetBytes(words[random.Next(words.Length)] + words[random.Next(words.Length)]);
                await theirs.SendAsync((byte[])[.. word, .. noise], default);
            }

            theirs.Close();
            var handshake = new ConnectionHandshake(ours, Key, allowMd5: true);
            Exception error = await Assert.ThrowsAnyAsync<Exception>(
                () => round % 2 == 0 ? handshake.AcceptAsync(default).AsTask() : handshake.ConnectAsync(default).AsTask());
            Assert.True(error is AuthenticationException or IOException, error.ToString());
        }
    }

    private static byte[] Replace(byte[] message, string old, string young)
    {
        string text = System.Text.Encoding.Latin1.GetString(message);
        return System.Text.Encoding.Latin1.GetBytes(text.Replace(old, young, StringComparison.Ordinal));
    }

#pragma warning disable CA5351 // It is what the old protocol uses.
    private static byte[] LegacyMd5(byte[] challenge) => HMACMD5.HashData(Key, challenge);
#pragma warning restore CA5351

    private static async Task<byte[]> AnswerAsync(byte[] challenge, bool allowMd5)
    {
        (ScriptedStream ours, ScriptedStream theirs) = ScriptedStream.Pair();
        await theirs.SendAsync((byte[])[.. "#CHALLENGE#"u8, .. challenge], default);
        Task connecting = new ConnectionHandshake(ours, Key, allowMd5).ConnectAsync(default).AsTask();
        Task<byte[]> answering = theirs.ReceiveAsync(256, default).AsTask();
        if (await Task.WhenAny(connecting, answering) == connecting)
        {
            await connecting;
        }

        theirs.Close();
        return await answering;
    }
}
