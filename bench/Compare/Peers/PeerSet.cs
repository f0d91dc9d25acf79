namespace Compare.Peers;

/// <summary>All peers, present or absent, each living as long as the run.</summary>
internal sealed class PeerSet : IDisposable
{
    internal const string Pool = "multiprocessing.Pool";
    internal const string Executor = "ProcessPoolExecutor";
    internal const string Queue = "multiprocessing.Queue";
    internal const string SimpleQueue = "SimpleQueue";
    internal const string Connection = "multiprocessing.Pipe";
    internal const string IoPipes = "System.IO.Pipes";
    internal const string Channels = "Channels, one process";

    private PeerSet(IReadOnlyList<Peer> all) => All = all;

    internal IReadOnlyList<Peer> All { get; }

    internal static PeerSet Start()
    {
        var pool = StartPython(Pool, "pool");
        return new(
        [
            pool, StartPython(Executor, "executor"), new PartOfPeer(Queue, pool), new PartOfPeer(SimpleQueue, pool),
            new PartOfPeer(Connection, pool), new IoPipesPeer(), new ChannelsPeer(),
        ]);
    }

    public void Dispose()
    {
        foreach (var peer in All)
        {
            peer.Dispose();
        }
    }

    private static Peer StartPython(string name, string kind)
    {
        if (FindOnPath("python3") is not { } python)
        {
            return new AbsentPeer(name, "no python3 on PATH");
        }
        try
        {
            return new LineProtocolPeer(name, "CPython", python, Path.Combine(AppContext.BaseDirectory, "peers", "cpython_peer.py"), kind);
        }
        catch (Exception problem) when (problem is InvalidOperationException or System.ComponentModel.Win32Exception or TimeoutException)
        {
            return new AbsentPeer(name, problem.Message);
        }
    }

    private static string? FindOnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
}
