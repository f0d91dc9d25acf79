namespace Multiprocessing.Processes;

/// <summary>The first message of a new process: it was taken over and runs these binaries.</summary>
internal readonly record struct Hello(ushort Version, int ProcessId, Guid Library, Guid Program)
{
    public static Hello OfThisProcess =>
        new(ControlProtocol.Version, Environment.ProcessId, ControlProtocol.LibraryVersion, ControlProtocol.ProgramVersion);

    public void Write(ControlWriter writer)
    {
        writer.WriteByte(ControlProtocol.Hello);
        writer.WriteByte(0);
        writer.WriteUInt16(Version);
        writer.WriteInt32(ProcessId);
        writer.WriteGuid(Library);
        writer.WriteGuid(Program);
    }

    public static Hello Read(ReadOnlySpan<byte> message)
    {
        var reader = new ControlReader(message);
        if (reader.ReadByte() != ControlProtocol.Hello)
        {
            throw new InvalidDataException("A new process did not say hello first.");
        }
        reader.ReadByte();
        return new Hello(reader.ReadUInt16(), reader.ReadInt32(), reader.ReadGuid(), reader.ReadGuid());
    }

    /// <summary>Why a process with these binaries cannot work for this one, or null if it can.</summary>
    public static string? FindMismatch(ushort version, Guid library, Guid program)
    {
        if (version != ControlProtocol.Version || library != ControlProtocol.LibraryVersion)
        {
            return "the Multiprocessing library of the new process is not the one of its parent: the program was rebuilt or updated while it runs; restart it";
        }
        return program != ControlProtocol.ProgramVersion
            ? "the program file of the new process is not the one of its parent: the program was rebuilt or updated while it runs; restart it"
            : null;
    }
}
