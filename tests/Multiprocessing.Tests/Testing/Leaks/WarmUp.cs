using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Multiprocessing.Memory;
using Multiprocessing.Platform;
using Multiprocessing.Pools.Processes;

namespace Multiprocessing.Tests.Testing.Leaks;

/// <summary>
/// Makes everything that a process gets once and keeps, before the first comparison: the runtime's handling of child processes, of
/// signals and of sockets, its source of randomness, the library's threads.
/// </summary>
internal static class WarmUp
{
    public static Task Once { get; } = RunAsync();

    private static async Task RunAsync()
    {
        _ = Environment.MachineName;
        await Console.Error.FlushAsync(); // Has a descriptor of its own from its first use on.
        _ = SHA256.HashData(RandomNumberGenerator.GetBytes(16));
        using (PosixSignalRegistration.Create(PosixSignal.SIGHUP, _ => { }))
        using (Process program = Process.Start("/bin/true"))
        {
            await program.WaitForExitAsync();
        }
        using (var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
        using (var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
        {
            listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            listener.Listen();
            Task<Socket> accepted = listener.AcceptAsync();
            await client.ConnectAsync(listener.LocalEndPoint!);
            (await accepted).Dispose();
        }
        _ = Collector.Process.Doorbell;
        await Console.Error.FlushAsync();
        using ProcessHandle child = Kernel.Spawner.Spawn(
            new SpawnRequest { File = "/bin/true", Arguments = ["true"], Environment = [], Descriptors = [null, null, null] });
        await child.ExitTask;

        // This process is the root of the tree of everything that tests start; what the root keeps for its tree stays with it.
        _ = ProcessTree.Waits;
    }
}
