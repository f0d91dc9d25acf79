using CsCheck;
using Multiprocessing.Processes;

namespace Multiprocessing.Tests.Processes;

public sealed class ControlMessageTests
{
    [Fact]
    public async Task Hello_comes_back_as_it_was_sent()
    {
        await Task.CompletedTask;
        byte[] message = Write(Hello.OfThisProcess);
        Assert.Equal(40, message.Length);
        Assert.Equal(Hello.OfThisProcess, Hello.Read(message));
        Assert.All(Enumerable.Range(0, 40), length => Assert.Throws<InvalidDataException>(() => Hello.Read(message.AsSpan(0, length))));
    }

    [Fact]
    public async Task Other_binaries_are_a_mismatch()
    {
        await Task.CompletedTask;
        Hello mine = Hello.OfThisProcess;
        Assert.Null(Hello.FindMismatch(mine.Version, mine.Library, mine.Program));
        Assert.Contains("rebuilt", Hello.FindMismatch(mine.Version, mine.Library, Guid.NewGuid()), StringComparison.Ordinal);
        Assert.Contains("library", Hello.FindMismatch(mine.Version, Guid.NewGuid(), mine.Program), StringComparison.Ordinal);
        Assert.Contains("library", Hello.FindMismatch((ushort)(mine.Version + 1), mine.Library, mine.Program), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_claim_comes_back_as_it_was_sent()
    {
        await Task.CompletedTask;
        Claim claim = CreateClaim();
        byte[] body = Write(claim);
        Claim read = Read(body);
        Assert.Equal((claim.Role, claim.Name, claim.Path, claim.ParentName), (read.Role, read.Name, read.Path, read.ParentName));
        Assert.Equal((claim.WorkingDirectory, claim.Culture, claim.UICulture), (read.WorkingDirectory, read.Culture, read.UICulture));
        Assert.Equal((claim.IsBackground, claim.ProcessGroup, claim.Niceness), (read.IsBackground, read.ProcessGroup, read.Niceness));
        Assert.Equal(claim.Affinity, read.Affinity);
        Assert.Equal(claim.Environment, read.Environment);
        Assert.Equal(claim.Payload.ToArray(), read.Payload.ToArray());
        Assert.All(Enumerable.Range(0, body.Length), length => Assert.Throws<InvalidDataException>(() => Read(body[..length])));
    }

    [Fact]
    public async Task Any_bytes_are_a_claim_or_invalid_data()
    {
        await Task.CompletedTask;
        byte[] body = Write(CreateClaim());
        Gen.Int[0, body.Length - 1].Select(Gen.Byte).List[1, 4].Sample(changes =>
        {
            byte[] damaged = [.. body];
            foreach ((int index, byte value) in changes)
            {
                damaged[index] = value;
            }
            return ThrowsNothingButInvalidData(damaged);
        }, iter: 5000);
        Gen.Byte.Array[0, 200].Sample(ThrowsNothingButInvalidData, iter: 5000);
    }

    [Fact]
    public async Task The_mark_of_a_child_comes_back_as_it_was_written()
    {
        await Task.CompletedTask;
        var guard = new WorkerGuard(1, 3, 12345, 987654321012, 3);
        Assert.Equal("1:3:12345:987654321012:3", guard.ToString());
        Assert.Equal(guard, WorkerGuard.Parse(guard.ToString()));
        Assert.All(
            ["", "1", "1:2:3:4", "1:2:3:4:", "1:2:3:4:x", "1:2:3:4:-5", "1:2:3:4:5:6", "a:2:3:4:5"],
            text => Assert.Throws<InvalidDataException>(() => WorkerGuard.Parse(text)));
    }

    private static bool ThrowsNothingButInvalidData(byte[] body)
    {
        try
        {
            Read(body);
        }
        catch (InvalidDataException)
        {
            return true;
        }
        return true;
    }

    private static Claim CreateClaim() => new()
    {
        Role = "Some.Role",
        Name = "näme",
        Path = "1:2",
        ParentName = "MainProcess",
        IsBackground = true,
        Payload = new byte[] { 1, 2, 3 },
        WorkingDirectory = "/tmp",
        Culture = "",
        UICulture = null,
        ProcessGroup = 77,
        Niceness = -3,
        Affinity = [1, 2],
        Environment = new(StringComparer.Ordinal) { ["A"] = "1", ["B"] = null, ["C"] = "" },
    };

    private static byte[] Write(Hello hello)
    {
        var writer = new ControlWriter();
        hello.Write(writer);
        return writer.Written.ToArray();
    }

    private static byte[] Write(Claim claim)
    {
        var writer = new ControlWriter(1);
        claim.Write(writer);
        return writer.Written.ToArray();
    }

    private static Claim Read(byte[] body)
    {
        var reader = new ControlReader(body);
        return Claim.Read(ref reader);
    }
}
