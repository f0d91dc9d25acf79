using System.Diagnostics;
using Multiprocessing.Platform;

namespace Multiprocessing.Processes;

/// <summary>
/// A process of this library as its parent holds it, from its start to its end: first nameless, then claimed for a role.
/// Everything it says arrives on the event loop's thread. Thread-safe.
/// </summary>
internal sealed class StartedProcess
{
    // Only the event loop's thread receives.
    private static readonly byte[] Buffer = new byte[ControlProtocol.LargestMessage];

    private readonly Lock _lock = new();
    private readonly TaskCompletionSource<ExitStatus> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly StartOutput _output;
    private readonly IDisposable _watch;
    private readonly IDisposable _startDeadline;
    private Action? _ready;
    private Action? _rehearsed;
    private Action<ExitStatus>? _exited;
    private bool _saidHello;
    private bool _hasRehearsed;
    private bool _isOver;
    private volatile bool _wasSignalled;

    public StartedProcess(ProcessHandle handle, ControlSocket control, StartOutput output, StartOrigin origin, TimeSpan startTimeout)
    {
        Handle = handle;
        Control = control;
        Origin = origin;
        _output = output;
        long due = Stopwatch.GetTimestamp() + (long)(startTimeout.TotalSeconds * Stopwatch.Frequency);
        _startDeadline = Kernel.EventLoop.At(due, () => FailStart($"said nothing within {startTimeout.TotalSeconds:0.###} s after its start"));
        lock (_lock)
        {
            // Under the lock, so that the loop cannot use what is not assigned yet.
            _watch = Kernel.EventLoop.Watch(control.Handle, Receive);
        }
        // By way of the loop, so that the end and the messages before it can never be handled by two threads at once.
        Kernel.EventLoop.Post(() => handle.OnExit(OnExit));
    }

    public ProcessHandle Handle { get; }

    public int Id => Handle.Id;

    /// <summary>Under what circumstances it was started; a claim brings it up to date.</summary>
    public StartOrigin Origin { get; }

    /// <summary>The connection; closed when the process is over. <see cref="Send"/> copes with that.</summary>
    public ControlSocket Control { get; }

    /// <summary>
    /// Called on the event loop's thread for each message of the role, and never again once <see cref="Ended"/> has completed:
    /// what the process sent before it died arrives before its end is announced.
    /// </summary>
    public ControlMessageHandler? MessageReceived { get; set; }

    /// <summary>Completes after the process was reaped and its last message was delivered.</summary>
    public Task<ExitStatus> Ended => _ended.Task;

    /// <summary>Why the process never came to its role, or null. Final once <see cref="Ended"/> has completed.</summary>
    public string? StartFailure { get; private set; }

    /// <summary>Calls <paramref name="callback"/> once the process has said hello, or at once if it has. Never if it fails.</summary>
    public void OnReady(Action callback)
    {
        lock (_lock)
        {
            if (!_saidHello)
            {
                _ready += callback;
                return;
            }
        }
        callback();
    }

    /// <summary>
    /// The same once the process has rehearsed what it was told to, or was claimed before. Until then a claim waits for the rehearsal's end.
    /// </summary>
    public void OnRehearsed(Action callback)
    {
        lock (_lock)
        {
            if (!_hasRehearsed)
            {
                _rehearsed += callback;
                return;
            }
        }
        callback();
    }

    /// <summary>Calls <paramref name="callback"/> on the event loop's thread (or at once) when <see cref="Ended"/> is about to complete.</summary>
    public void OnEnded(Action<ExitStatus> callback)
    {
        lock (_lock)
        {
            if (!_isOver)
            {
                _exited += callback;
                return;
            }
        }
        callback(Handle.Exit ?? ExitStatus.Unknown);
    }

    /// <summary>Whether the process was taken over and runs the right binaries.</summary>
    public bool HasSaidHello
    {
        get
        {
            lock (_lock)
            {
                return _saidHello;
            }
        }
    }

    /// <summary>Sends a signal that the caller wants; if the process dies by it before it has come up, that is no failure of its start.</summary>
    public void Signal(int signal)
    {
        _wasSignalled = true;
        Handle.Send(signal);
    }

    /// <summary>Sends a message to the role.</summary>
    /// <returns>False if the process is over.</returns>
    public bool Send(ReadOnlySpan<byte> message, params ReadOnlySpan<KernelHandle> handles)
    {
        try
        {
            return Control.Send(message, handles);
        }
        catch (ObjectDisposedException)
        {
            return false; // It ended between the caller's look and now.
        }
    }

    /// <summary>Sends a message to the role if there is room for it just now: a stopped process cannot block the caller.</summary>
    /// <returns>False if there is no room, or the process is over.</returns>
    public bool TrySend(ReadOnlySpan<byte> message, params ReadOnlySpan<KernelHandle> handles)
    {
        try
        {
            return Control.TrySend(message, handles) == SendOutcome.Sent;
        }
        catch (ObjectDisposedException)
        {
            return false; // It ended between the caller's look and now.
        }
    }

    private void Receive()
    {
        lock (_lock)
        {
            if (_isOver)
            {
                return;
            }
        }
        if (ReceiveOne() == ReceiveOutcome.PeerGone)
        {
            _watch.Dispose(); // The exit follows, unless the process closed its end, which no process of ours does.
        }
    }

    private ReceiveOutcome ReceiveOne()
    {
        ReceiveOutcome outcome = Control.Receive(Buffer, out int length, out KernelHandle[] handles, wait: false);
        if (outcome == ReceiveOutcome.Received)
        {
            Take(Buffer.AsSpan(0, length), handles);
        }
        return outcome;
    }

    private void Take(ReadOnlySpan<byte> message, KernelHandle[] handles)
    {
        if (message[0] >= ControlProtocol.FirstRoleMessage && MessageReceived is { } handler)
        {
            handler(message, handles);
            return;
        }
        foreach (KernelHandle handle in handles)
        {
            handle.Dispose();
        }
        try
        {
            if (message[0] == ControlProtocol.Hello)
            {
                TakeHello(Hello.Read(message));
            }
            else if (message[0] == ControlProtocol.Rehearsed)
            {
                TakeRehearsed();
            }
            else if (message[0] == ControlProtocol.RootConnectionWanted)
            {
                ChildQuestion.Answer(this, message);
            }
            else if (message[0] == ControlProtocol.Refusal)
            {
                var reader = new ControlReader(message[1..]);
                FailStart("refused to start: " + reader.ReadString());
            }
        }
        catch (InvalidDataException e)
        {
            FailStart("spoke another protocol: " + e.Message);
        }
    }

    private void TakeHello(Hello hello)
    {
        if (Hello.FindMismatch(hello.Version, hello.Library, hello.Program) is { } mismatch)
        {
            FailStart("cannot be used: " + mismatch);
            return;
        }
        _startDeadline.Dispose();
        Action? ready;
        lock (_lock)
        {
            _saidHello = true;
            ready = _ready;
            _ready = null;
        }
        _output.Dispose();
        ready?.Invoke();
    }

    private void TakeRehearsed()
    {
        Action? rehearsed;
        lock (_lock)
        {
            _hasRehearsed = true;
            rehearsed = _rehearsed;
            _rehearsed = null;
        }
        rehearsed?.Invoke();
    }

    private void FailStart(string reason)
    {
        StartFailure ??= reason;
        Handle.Send(Platform.Signal.Kill);
    }

    private void OnExit(ExitStatus status)
    {
        while (ReceiveOne() == ReceiveOutcome.Received)
        {
            // Messages sent before the end count.
        }
        Action<ExitStatus>? exited;
        lock (_lock)
        {
            _isOver = true;
            exited = _exited;
            if (!_saidHello && (StartFailure is not null || !_wasSignalled))
            {
                StartFailure ??= $"ended during its start ({status})";
                StartFailure += _output.Describe();
            }
        }
        _startDeadline.Dispose();
        _watch.Dispose();
        _output.Dispose();
        Control.Dispose();
        Handle.Dispose();
        exited?.Invoke(status);
        _ended.SetResult(status);
    }
}
