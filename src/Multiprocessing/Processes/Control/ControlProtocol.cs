using System.Reflection;

namespace Multiprocessing.Processes;

/// <summary>The constants of the control socket, and which binaries this process runs. docs/protocol.md, "Control socket".</summary>
internal static class ControlProtocol
{
    /// <summary>Both sides come from the same program file; a difference means that it was replaced while the parent runs.</summary>
    public const ushort Version = 1;

    /// <summary>Messages larger than this do not pass; what is larger travels in an anonymous file beside the message.</summary>
    public const int LargestMessage = 64 * 1024;

    /// <summary>The descriptor of the control socket in a new process.</summary>
    public const int ChildDescriptor = 3;

    public const byte Hello = 1;
    public const byte Claim = 2;
    public const byte Refusal = 3;

    /// <summary>To a process that is started ahead: a claim that is only rehearsed.</summary>
    public const byte Rehearsal = 4;

    /// <summary>To the parent: a connection to the root of the tree is wanted. <c>number (4)</c>.</summary>
    public const byte RootConnectionWanted = 5;

    /// <summary>The answer: <c>number (4)</c> and the connection beside it; without one there is no way to the root.</summary>
    public const byte RootConnection = 6;

    /// <summary>To the parent: what was to be rehearsed has been, or a claim came first.</summary>
    public const byte Rehearsed = 7;

    /// <summary>Messages from here on belong to the role that the process was claimed for.</summary>
    public const byte FirstRoleMessage = 64;

    public static Guid LibraryVersion { get; } = typeof(ControlProtocol).Module.ModuleVersionId;

    /// <summary>Empty where a native program hosts the runtime.</summary>
    public static Guid ProgramVersion { get; } = Assembly.GetEntryAssembly()?.ManifestModule.ModuleVersionId ?? Guid.Empty;
}
