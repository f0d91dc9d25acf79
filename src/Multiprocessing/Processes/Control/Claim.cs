namespace Multiprocessing.Processes;

/// <summary>
/// What turns a new, nameless process into somebody: its role, its place in the tree, and everything of its parent's surroundings
/// that may have changed since it was started.
/// </summary>
internal sealed class Claim
{
    /// <summary>The full name of a type of this library that implements <see cref="IClaimedRole"/>.</summary>
    public required string Role { get; init; }

    public required string Name { get; init; }

    /// <summary>The numbers of the process and its ancestors, <c>1:2</c>; empty for processes that are not counted.</summary>
    public string Path { get; init; } = "";

    public required string ParentName { get; init; }

    public bool IsBackground { get; init; }

    /// <summary>Parameters of the role.</summary>
    public ReadOnlyMemory<byte> Payload { get; init; }

    public string? WorkingDirectory { get; set; }

    public string? Culture { get; set; }

    public string? UICulture { get; set; }

    /// <summary>The process group to join; 0: one of its own.</summary>
    public int ProcessGroup { get; init; }

    /// <summary>The nice value to take on, or null to keep that of the start.</summary>
    public int? Niceness { get; set; }

    /// <summary>The processors to run on as a bit mask, or empty to keep those of the start.</summary>
    public byte[] Affinity { get; set; } = [];

    /// <summary>Variables to set, or to remove (null).</summary>
    public Dictionary<string, string?> Environment { get; init; } = new(StringComparer.Ordinal);

    public void Write(ControlWriter writer)
    {
        writer.WriteString(Role);
        writer.WriteString(Name);
        writer.WriteString(Path);
        writer.WriteString(ParentName);
        writer.WriteByte(IsBackground ? (byte)1 : (byte)0);
        writer.WriteString(WorkingDirectory);
        writer.WriteString(Culture);
        writer.WriteString(UICulture);
        writer.WriteInt32(ProcessGroup);
        writer.WriteInt32(Niceness ?? int.MinValue);
        writer.WriteBytes(Affinity);
        writer.WriteInt32(Environment.Count);
        foreach ((string name, string? value) in Environment)
        {
            writer.WriteString(name);
            writer.WriteString(value);
        }
        writer.WriteBytes(Payload.Span);
    }

    public static Claim Read(ref ControlReader reader)
    {
        var claim = new Claim
        {
            Role = reader.ReadRequiredString(),
            Name = reader.ReadRequiredString(),
            Path = reader.ReadRequiredString(),
            ParentName = reader.ReadRequiredString(),
            IsBackground = (reader.ReadByte() & 1) != 0,
            WorkingDirectory = reader.ReadString(),
            Culture = reader.ReadString(),
            UICulture = reader.ReadString(),
            ProcessGroup = reader.ReadInt32(),
            Niceness = reader.ReadInt32() is var niceness and not int.MinValue ? niceness : null,
            Affinity = reader.ReadBytes().ToArray(),
            Environment = ReadEnvironment(ref reader),
            Payload = reader.ReadBytes().ToArray(),
        };
        return claim;
    }

    private static Dictionary<string, string?> ReadEnvironment(ref ControlReader reader)
    {
        int count = reader.ReadInt32();
        var environment = new Dictionary<string, string?>(StringComparer.Ordinal);
        for (int i = 0; i < count; i++)
        {
            string name = reader.ReadRequiredString();
            environment[name] = reader.ReadString();
        }
        return environment;
    }
}
