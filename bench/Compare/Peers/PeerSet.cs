namespace Compare.Peers;

/// <summary>All peers, present or absent, each living as long as the run.</summary>
internal sealed class PeerSet : IDisposable
{
    internal const string Pool = "multiprocessing.Pool";
    internal const string Primitives = "multiprocessing";
    internal const string Executor = "ProcessPoolExecutor";
    internal const string Joblib = "joblib";
    internal const string Pebble = "pebble";
    internal const string Billiard = "billiard";
    internal const string Parallel = "Parallel, threads";
    internal const string Queue = "multiprocessing.Queue";
    internal const string SimpleQueue = "SimpleQueue";
    internal const string Connection = "multiprocessing.Pipe";
    internal const string Fork = "Process, fork";
    internal const string ForkServer = "Process, forkserver";
    internal const string Spawn = "Process, spawn";
    internal const string IoPipes = "System.IO.Pipes";
    internal const string Channels = "Channels, one process";

    private const string SystemPython = "/usr/bin/python3";

    private PeerSet(IReadOnlyList<Peer> all) => All = all;

    internal IReadOnlyList<Peer> All { get; }

    internal static PeerSet Start(Effort effort)
    {
        var answerTime = TimeSpan.FromSeconds(effort.Quick ? 10 : 60);
        Peer StartPython(string name, string kind) => PeerSet.StartPython(name, kind, answerTime);
        var pool = StartPython(Pool, "pool");
        return new(
        [
            pool, StartPython(Executor, "executor"), StartPython(Joblib, "joblib"), StartPython(Pebble, "pebble"), StartPython(Billiard, "billiard"),
            new ParallelPeer(), new PartOfPeer(Primitives, pool), new PartOfPeer(Queue, pool), new PartOfPeer(SimpleQueue, pool),
            new PartOfPeer(Fork, pool), new PartOfPeer(ForkServer, pool), new PartOfPeer(Spawn, pool), new PartOfPeer(Connection, pool), new IoPipesPeer(), new ChannelsPeer(),
        ]);
    }

    public void Dispose()
    {
        foreach (var peer in All)
        {
            peer.Dispose();
        }
    }

    private static Peer StartPython(string name, string kind, TimeSpan answerTime)
    {
        // The system's own first: its builds are the fastest, and its packages are there for nobody else.
        var python = File.Exists(SystemPython) ? SystemPython : FindOnPath("python3");
        if (python is null)
        {
            return new AbsentPeer(name, "no python3 on PATH");
        }
        try
        {
            return new LineProtocolPeer(name, answerTime, python, Path.Combine(AppContext.BaseDirectory, "peers", "cpython_peer.py"), kind);
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
