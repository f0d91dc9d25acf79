using System.ComponentModel;
using Multiprocessing.Platform;

namespace Multiprocessing.Memory;

/// <summary>
/// The three services of the tree that this process belongs to: hand-over, participants, waiting. Nothing of them exists before
/// its first use. Thread-safe.
/// </summary>
internal static class ProcessTree
{
    private static readonly Lazy<TreeRoot> LazyRoot = new(static () => new TreeRoot());
    private static readonly Lazy<RootConnection> LazyConnection = new(Connect);
    private static readonly Lazy<IHandOver> LazyHandOver = new(
        static () => Connector is null ? LazyRoot.Value.HandOver : new RemoteHandOver(LazyConnection.Value));

    private static readonly Lazy<Participant> LazyParticipant = new(
        static () => Connector is null ? Memory.Participant.Join(LazyRoot.Value.Participants) : Memory.Participant.Join(LazyConnection.Value));

    private static readonly Lazy<WaitRegistry> LazyWaits = new(static () => new WaitRegistry(LazyParticipant.Value));

    /// <summary>The way to the root; <see langword="null"/> in the root itself. Set once, before anything here is used.</summary>
    public static ITreeConnector? Connector { get; set; }

    /// <summary>What the root keeps for all. In the root only.</summary>
    public static TreeRoot Root => Connector is null
        ? LazyRoot.Value
        : throw new InvalidOperationException("This process is not the root of its tree.");

    public static IHandOver HandOver => LazyHandOver.Value;

    /// <summary>This process as an owner.</summary>
    public static Participant Participant => LazyParticipant.Value;

    public static WaitRegistry Waits => LazyWaits.Value;

    /// <summary>Gets a connection to the root for a child of this process that asks for one. Does not wait.</summary>
    public static void RequestConnection(Action<KernelHandle?> completed)
    {
        ITreeConnector connector = Connector ?? Root;
        try
        {
            connector.RequestConnection(completed);
        }
        catch (Win32Exception)
        {
            // This process has reached its limit of open files: the child gets to know, and this process goes on.
            completed(null);
        }
    }

    private static RootConnection Connect()
    {
        if (Kernel.EventLoop.IsCurrent)
        {
            // The answer comes by the event loop.
            throw new InvalidOperationException("The event loop cannot wait for a connection to the root of the tree.");
        }

        var answered = new TaskCompletionSource<KernelHandle?>(TaskCreationOptions.RunContinuationsAsynchronously);
        Connector!.RequestConnection(answered.SetResult);
        return new RootConnection(answered.Task.GetAwaiter().GetResult()
            ?? throw new IOException("The way to the root of the process tree is cut."));
    }
}
