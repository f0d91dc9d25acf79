namespace Multiprocessing.Serialization;

/// <summary>Only the token that can never be cancelled means the same everywhere.</summary>
internal sealed class CancellationTokenCodec : ValueCodec<CancellationToken>
{
    public override bool IsSelfContained => true;

    public override void Write(PayloadWriter writer, CancellationToken value)
    {
        if (value.CanBeCanceled)
        {
            throw RefusalReasons.For(typeof(CancellationToken), KnownRefusals.Token);
        }

        writer.WriteByte(0);
    }

    public override CancellationToken Read(ref PayloadReader reader)
    {
        reader.ReadByte();
        return CancellationToken.None;
    }
}
