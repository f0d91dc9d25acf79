namespace Multiprocessing.Serialization;

/// <summary>Ticks and kind as DateTime keeps them; local times stay local times of the same machine.</summary>
internal sealed class DateTimeCodec : ValueCodec<DateTime>
{
    public override int LeastSize => 9;

    public override bool IsSelfContained => true;

    public override void Write(PayloadWriter writer, DateTime value)
    {
        writer.WriteInt64(value.Ticks);
        writer.WriteByte((byte)value.Kind);
    }

    public override DateTime Read(ref PayloadReader reader)
    {
        long ticks = reader.ReadInt64();
        byte kind = reader.ReadByte();
        if ((ulong)ticks > (ulong)DateTime.MaxValue.Ticks || kind > (byte)DateTimeKind.Local)
        {
            throw new PayloadException("A date is out of range.");
        }

        return new DateTime(ticks, (DateTimeKind)kind);
    }
}

internal sealed class DecimalCodec : ValueCodec<decimal>
{
    public override int LeastSize => 16;

    public override bool IsSelfContained => true;

    public override void Write(PayloadWriter writer, decimal value)
    {
        Span<int> parts = stackalloc int[4];
        decimal.GetBits(value, parts);
        foreach (int part in parts)
        {
            writer.WriteInt32(part);
        }
    }

    public override decimal Read(ref PayloadReader reader)
    {
        ReadOnlySpan<int> parts = [reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32()];
        return new decimal(parts);
    }
}
