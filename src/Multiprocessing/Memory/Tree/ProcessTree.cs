using System.ComponentModel;
using Multiprocessing.Platform;

namespace Multiprocessing.Memory;

/// <summary>
/// The three services of the tree that this process belongs to: hand-over, participants, waiting. Nothing of them exists before
/// its first use. Thread-safe; the first use of each may wait for the root, so it must not happen on the event loop.
/// </summary>
internal static class ProcessTree
{
    private static readonly Lock Making = new();
    private static volatile TreeRoot? ThisRoot;
    private static volatile RootConnection? Connection;
    private static volatile IHandOver? ThisHandOver;
    private static volatile Participant? ThisParticipant;
    private static volatile WaitRegistry? ThisWaits;

    /// <summary>The way to the root; <see langword="null"/> in the root itself. Set once, before anything here is used.</summary>
    public static ITreeConnector? Connector { get; set; }

    /// <summary>What the root keeps for all. In the root only.</summary>
    public static TreeRoot Root => ThisRoot ?? MakeRoot();

    public static IHandOver HandOver => ThisHandOver ?? MakeHandOver();

    /// <summary>This process as an owner.</summary>
    public static Participant Participant => ThisParticipant ?? MakeParticipant();

    public static WaitRegistry Waits => ThisWaits ?? MakeWaits();

    /// <summary>Gets a connection to the root for a child of this process that asks for one. Does not wait.</summary>
    public static void RequestConnection(Action<KernelHandle?> completed)
    {
        try
        {
            ITreeConnector connector = Connector ?? Root;
            connector.RequestConnection(completed);
        }
        catch (Win32Exception)
        {
            // This process has reached its limit of open files: the child gets to know, and this process goes on.
            completed(null);
        }
    }

    private static TreeRoot MakeRoot()
    {
        lock (Making)
        {
            return Connector is null
                ? ThisRoot ??= new TreeRoot()
                : throw new InvalidOperationException("This process is not the root of its tree.");
        }
    }

    private static IHandOver MakeHandOver()
    {
        ThrowOnEventLoop();
        lock (Making)
        {
            return ThisHandOver ??= Connector is null ? Root.HandOver : new RemoteHandOver(Connect());
        }
    }

    private static Participant MakeParticipant()
    {
        ThrowOnEventLoop();
        lock (Making)
        {
            return ThisParticipant ??= Connector is null ? Participant.Join(Root.Participants) : Participant.Join(Connect());
        }
    }

    private static WaitRegistry MakeWaits()
    {
        ThrowOnEventLoop();
        lock (Making)
        {
            return ThisWaits ??= new WaitRegistry(Participant);
        }
    }

    private static RootConnection Connect()
    {
        if (Connection is null)
        {
            var answered = new TaskCompletionSource<KernelHandle?>(TaskCreationOptions.RunContinuationsAsynchronously);
            Connector!.RequestConnection(answered.SetResult);
            Connection = new RootConnection(answered.Task.GetAwaiter().GetResult()
                ?? throw new IOException("There is no way to the root of the process tree just now."));
        }

        return Connection;
    }

    /// <summary>The answers that are waited for come by the event loop.</summary>
    private static void ThrowOnEventLoop()
    {
        if (Connector is not null && Kernel.EventLoop.IsCurrent)
        {
            throw new InvalidOperationException("The event loop cannot wait for the root of the process tree.");
        }
    }
}
