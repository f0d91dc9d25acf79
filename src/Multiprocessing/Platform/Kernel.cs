using Multiprocessing.Platform.Linux;

namespace Multiprocessing.Platform;

/// <summary>
/// The services of the operating system that this library is built on, one object per service. The rest of the library knows
/// no system but this class; another operating system is another set of these objects.
/// </summary>
internal static class Kernel
{
    /// <summary>Sleeping on, and waking sleepers of, a word of shared memory.</summary>
    public static WaitWake WaitWake { get; } = new Futex();

    /// <summary>Memory without a name that vanishes with its last holder.</summary>
    public static SharedMemoryService SharedMemory { get; } = new MemoryFiles();

    /// <summary>Connected pairs of sockets that carry messages together with handles.</summary>
    public static ControlSocketService ControlSockets { get; } = new UnixControlSockets();

    /// <summary>One-way streams of bytes.</summary>
    public static PipeService Pipes { get; } = new LinuxPipes();

    /// <summary>Starting other programs as children that cannot outlive this process.</summary>
    /// <exception cref="PlatformNotSupportedException">At the first use, if the system lacks something; says what.</exception>
    public static Spawner Spawner => LazySpawner.Value;

    /// <summary>The process's one thread for readiness of handles and for deadlines.</summary>
    public static EventLoop EventLoop => LazyEventLoop.Value;

    /// <summary>This process's own life: bound to its parent's, and its ways to end at once.</summary>
    public static Lifetime Lifetime { get; } = new LinuxLifetime();

    /// <summary>Priority and processors of this process.</summary>
    public static Scheduling Scheduling { get; } = new LinuxScheduling();

    /// <summary>What the system does when memory is short. The first use reads some files.</summary>
    public static MemoryControl Memory => LazyMemory.Value;

    private static readonly Lazy<MemoryControl> LazyMemory = new(static () => new ControlGroups());
    private static readonly Lazy<Spawner> LazySpawner = new(static () => new PosixSpawner());
    private static readonly Lazy<EventLoop> LazyEventLoop = new(static () => new EpollLoop());
}
