namespace Multiprocessing.Conformance.Pools;

/// <summary>What happens when a <see cref="Trap"/> is sent.</summary>
public enum Deed
{
    None,
    Throw,
    Exit,
    Crash,
}

/// <summary>An object that makes trouble while it is written or read.</summary>
[PayloadCodec(typeof(Codec))]
public sealed class Trap(Deed whenWritten, Deed whenRead)
{
    public Deed WhenWritten { get; } = whenWritten;

    public Deed WhenRead { get; } = whenRead;

    public static void Do(Deed deed)
    {
        switch (deed)
        {
            case Deed.Throw:
                throw new NotSupportedException("trapped");
            case Deed.Exit:
                Environment.Exit(3);
                break;
            case Deed.Crash:
                Environment.FailFast("meant");
                break;
            case Deed.None:
            default:
                break;
        }
    }

    private sealed class Codec : IPayloadCodec<Trap>
    {
        public void Write(PayloadWriter writer, Trap value)
        {
            writer.WriteByte((byte)value.WhenWritten);
            writer.WriteByte((byte)value.WhenRead);
            Do(value.WhenWritten);
        }

        public Trap Read(ref PayloadReader reader)
        {
            var trap = new Trap((Deed)reader.ReadByte(), (Deed)reader.ReadByte());
            Do(trap.WhenRead);
            return trap;
        }
    }
}
