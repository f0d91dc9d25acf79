namespace Multiprocessing.Processes;

/// <summary>
/// A claim on the wire: a head of 44 bytes that any version can read, then the body, or the descriptor of an anonymous file that
/// holds the body where it is too large for a message.
/// </summary>
internal static class ClaimMessage
{
    public const int HeadLength = 44;
    private const byte BodyInFile = 1;
    private const byte HasOutput = 2;
    private const byte HasError = 4;

    /// <summary>What the head says.</summary>
    public readonly record struct Head(bool IsRehearsal, byte Flags, ushort Version, Guid Library, Guid Program, int BodyLength)
    {
        public bool BodyIsInFile => (Flags & BodyInFile) != 0;

        public bool BringsOutput => (Flags & HasOutput) != 0;

        public bool BringsError => (Flags & HasError) != 0;

        public void Write(ControlWriter writer)
        {
            writer.WriteByte(IsRehearsal ? ControlProtocol.Rehearsal : ControlProtocol.Claim);
            writer.WriteByte(Flags);
            writer.WriteUInt16(Version);
            writer.WriteGuid(Library);
            writer.WriteGuid(Program);
            writer.WriteInt32(0);
            writer.WriteInt32(BodyLength);
        }
    }

    /// <summary>Of a message of this process: a claim brings both streams, a rehearsal none.</summary>
    public static Head CreateHead(int bodyLength, bool isRehearsal) => new(
        isRehearsal, (byte)((bodyLength <= ControlProtocol.LargestMessage - HeadLength ? 0 : BodyInFile) | (isRehearsal ? 0 : HasOutput | HasError)),
        ControlProtocol.Version, ControlProtocol.LibraryVersion, ControlProtocol.ProgramVersion, bodyLength);

    public static Head ReadHead(ReadOnlySpan<byte> message, out ReadOnlySpan<byte> body)
    {
        var reader = new ControlReader(message);
        byte type = reader.ReadByte();
        if (type is not (ControlProtocol.Claim or ControlProtocol.Rehearsal))
        {
            throw new InvalidDataException("A process that waits for its claim got another message.");
        }
        byte flags = reader.ReadByte();
        ushort version = reader.ReadUInt16();
        Guid library = reader.ReadGuid();
        Guid program = reader.ReadGuid();
        reader.ReadInt32();
        var head = new Head(type == ControlProtocol.Rehearsal, flags, version, library, program, reader.ReadInt32());
        body = message[HeadLength..];
        return head;
    }
}
