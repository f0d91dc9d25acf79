using System.Buffers;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Multiprocessing.Serialization;

namespace Multiprocessing.Pools;

/// <summary>
/// One call on its way: the serialized request, the dispatcher's notes about it, and its outcome. The dispatcher decides the outcome
/// exactly once, under its lock (<see cref="Conclude"/>), and publishes it afterwards without the lock (<see cref="Publish"/>).
/// </summary>
internal abstract partial class PoolTask
{
    /// <summary>Requests up to this size get an array of their own: cheaper than a pool's when they end on another thread.</summary>
    private const int LargestOwnArray = 1024;

    private byte[] _request = [];
    private byte[] _ownArray = [];
    private int _requestLength;
    private CancellationTokenRegistration _registration;
    private TaskOutcome _outcome;
    private WorkerExit? _exit;
    private PoolBrokenException? _broken;
    private ResponseStatus _status;
    private bool _isCanceled;

    protected PoolTask()
    {
    }

    /// <summary>Of a map or stream.</summary>
    [SetsRequiredMembers]
    protected PoolTask(ItemTerms terms)
    {
        Function = terms.Function;
        Token = CancellationToken.None;
        TakesToken = terms.TakesToken;
        TimeoutTicks = terms.TimeoutTicks;
        Priority = terms.Priority;
        Retry = terms.Retry;
        IsPartOfInput = true;
    }

    /// <summary>Number of the task, or of its first item, in its pool, in the order of submission; those of its other items follow.</summary>
    internal long Id { get; set; }

    internal ReadOnlySpan<byte> Request => _request.AsSpan(0, _requestLength);

    /// <summary>The greatest symbol of the request: the worker must know all up to it. -1: none.</summary>
    internal int HighestSymbol { get; private set; }

    /// <summary>Holds the large parts of the request until the task has ended, if the back end asked for that.</summary>
    internal IDisposable? LargeBuffers { get; set; }

    /// <summary>Holds what the request refers to until the task has ended.</summary>
    internal PayloadHolds? Holds { get; set; }

    /// <summary>Whether the delegate takes a token, so that the task can be asked to stop.</summary>
    internal required bool TakesToken { get; init; }

    /// <summary>The time limit in ticks of <see cref="Stopwatch"/>; -1: none.</summary>
    internal required long TimeoutTicks { get; init; }

    /// <summary>Which random numbers it gets; null: any.</summary>
    internal StreamSeed? StreamSeed { get; init; }

    internal TaskPriority Priority { get; init; }

    /// <summary>Whether it belongs to a map or stream, whose input the dispatcher knows of (<see cref="Dispatcher.BeginInput"/>).</summary>
    internal bool IsPartOfInput { get; init; }

    /// <summary>Whether and when it is tried again if its worker dies of it.</summary>
    internal RetryPolicy Retry { get; set; } = RetryPolicy.None;

    /// <summary>Tasks with equal keys go to one worker; null: to any.</summary>
    internal object? StickyKey { get; init; }

    internal required Delegate Function { get; set; }

    internal required CancellationToken Token { get; init; }

    // The dispatcher's notes, under its lock.
    internal TaskState State { get; set; }

    internal StopReason StopReason { get; set; }

    internal WorkerSlot? Slot { get; set; }

    /// <summary>Of a task with a key.</summary>
    internal StickyHome? Home { get; set; }

    /// <summary>When a look first found it waiting for its home; 0: none has.</summary>
    internal long WaitingSince { get; set; }

    internal Dispatcher? Dispatcher { get; set; }

    /// <summary>How often it was tried, this time included. The tasks of which it is greater than 1 run alone.</summary>
    internal int Attempt { get; set; } = 1;

    /// <summary>Of a task that is to be tried again: not before this moment.</summary>
    internal long RetryDue { get; set; }

    /// <summary>Its caller has given it up while it was being stopped for another reason: it is not tried again.</summary>
    internal bool IsGivenUp { get; set; }

    internal bool IsStopped => StopReason != StopReason.None;

    /// <summary>For a back end: whether the worker said that the task gave way to its token.</summary>
    internal bool HasGivenWay => _status == ResponseStatus.Canceled;

    /// <summary>What observers are told about it; null: nobody listens.</summary>
    internal TaskObservation? Observation { get; set; }

    /// <summary>How it ended, once that is decided. A batch that was answered has succeeded, see <see cref="UnsuccessfulItems"/>.</summary>
    internal TaskEnd End => _outcome switch
    {
        TaskOutcome.Canceled or TaskOutcome.Terminated => TaskEnd.Canceled,
        TaskOutcome.TimedOut => TaskEnd.TimedOut,
        TaskOutcome.WorkerDied => TaskEnd.WorkerDied,
        TaskOutcome.PoolBroken => TaskEnd.PoolBroken,
        _ => _status switch
        {
            ResponseStatus.Ok => TaskEnd.Succeeded,
            ResponseStatus.Canceled => TaskEnd.Canceled,
            _ => TaskEnd.Failed,
        },
    };

    /// <summary>Of a batch that was answered: how many of its items were not.</summary>
    internal virtual (int Failed, int Canceled) UnsuccessfulItems => default;

    // The outcome, for the subclasses' delivery.
    protected Exception? Failure { get; private set; }

    protected bool IsCanceled => _isCanceled;

    internal void SetRequest(ReadOnlySpan<byte> bytes, int highestSymbol)
    {
        _request = bytes.Length <= LargestOwnArray ? OwnArray(bytes.Length) : ArrayPool<byte>.Shared.Rent(bytes.Length);
        bytes.CopyTo(_request);
        _requestLength = bytes.Length;
        HighestSymbol = highestSymbol;
    }

    /// <summary>As <see cref="SetRequest"/>, without a copy if it is worth that.</summary>
    /// <param name="rented">From the array pool.</param>
    /// <param name="length">How much of it is the request.</param>
    /// <param name="highestSymbol">See <see cref="HighestSymbol"/>.</param>
    /// <returns>Whether the array is the task's now.</returns>
    internal bool TakeRequest(byte[] rented, int length, int highestSymbol)
    {
        if (length <= LargestOwnArray)
        {
            SetRequest(rented.AsSpan(0, length), highestSymbol);
            return false;
        }
        _request = rented;
        _requestLength = length;
        HighestSymbol = highestSymbol;
        return true;
    }

    /// <summary>Makes the caller's token withdraw or stop the task.</summary>
    internal void RegisterToken()
    {
        if (Token.CanBeCanceled)
        {
            _registration = Token.UnsafeRegister(static task => ((PoolTask)task!).Dispatcher!.Cancel((PoolTask)task), this);
        }
    }

    /// <summary>For a task that the dispatcher has refused.</summary>
    internal void Discard()
    {
        _registration.Unregister();
        ReleaseRequest();
    }

    /// <summary>
    /// For back ends, before they report the task as finished. Cheap results are read at once, others are copied and read later, where the
    /// user's code (constructors, codecs) cannot hold up other tasks. <paramref name="buffers"/>, if it can be, and <paramref name="holds"/>
    /// are disposed of once read.
    /// </summary>
    internal void SetResponse(
        ReadOnlySpan<byte> response, IncomingSymbols symbols, LargeBufferSource? buffers = null, PayloadHolds? holds = null)
    {
        _status = response.IsEmpty ? ResponseStatus.Failed : (ResponseStatus)response[0];
        TakeResponse(response, symbols, buffers, holds);
    }

    /// <summary>Decides how the task ends. Under the dispatcher's lock, once.</summary>
    internal void Conclude(TaskOutcome outcome, WorkerExit? exit = null, PoolBrokenException? broken = null)
    {
        Debug.Assert(State != TaskState.Done && outcome != TaskOutcome.Pending, "A task ends once.");
        State = TaskState.Done;
        LeaveHome();
        _exit = exit;
        _broken = broken;
        _outcome = outcome;
        Observation?.OnEnded(this, Slot);
        Slot = null;
    }

    /// <summary>From here on the task is like one without a key. Under the dispatcher's lock.</summary>
    internal void LeaveHome()
    {
        if (Home is { } home)
        {
            home.Pending--;
            Home = null;
        }
    }

    /// <summary>Tells the caller how the task has ended. Not under the lock; never runs the caller's code on this thread.</summary>
    internal void Publish()
    {
        _registration.Unregister();
        if (Observation is { } observation)
        {
            Dispatcher!.Tell(observation);
        }
        var mayWait = Holds is not null && _outcome is TaskOutcome.Responded or TaskOutcome.WorkerDied;
        if (!mayWait || !ProgressWait.TryBegin(Holds, PublishNow))
        {
            PublishNow();
        }
    }

    private void PublishNow()
    {
        ReleaseRequest();
        switch (_outcome)
        {
            case TaskOutcome.Responded when _status == ResponseStatus.Canceled:
            case TaskOutcome.Canceled:
            case TaskOutcome.Terminated:
                _isCanceled = true;
                break;
            case TaskOutcome.TimedOut:
                Failure = new TaskTimeoutException(MethodDescription.Of(Function), Stopwatch.GetElapsedTime(0, TimeoutTicks), Attempt);
                break;
            case TaskOutcome.WorkerDied:
                Failure = new WorkerDiedException(MethodDescription.Of(Function), _exit!, Attempt);
                break;
            case TaskOutcome.PoolBroken:
                Failure = new PoolBrokenException(_broken!.Message, _broken.InnerException);
                break;
            default:
                if (!IsResponseRead)
                {
                    OnUnread();
                    return;
                }
                break;
        }
        OnEnded();
    }

    /// <summary>Whether the response has been turned into a result or a failure.</summary>
    protected abstract bool IsResponseRead { get; }

    protected abstract void TakeResponse(
        ReadOnlySpan<byte> response, IncomingSymbols symbols, LargeBufferSource? buffers, PayloadHolds? holds);

    /// <summary>Lets go of a response that came too late to be read. On the thread that set it.</summary>
    internal abstract void DiscardResponse();

    /// <summary>The response must be read, which may run the user's code; then <see cref="OnEnded"/> is due.</summary>
    protected abstract void OnUnread();

    /// <summary>The outcome is there: <see cref="IsCanceled"/>, <see cref="Failure"/> or the result.</summary>
    protected abstract void OnEnded();

    /// <summary>
    /// Whether it ended as most calls do: with a value, at the first attempt, and nobody had asked for anything else. Then, once it is published,
    /// nothing refers to it any more but who made it.
    /// </summary>
    private protected bool HasPlainlySucceeded => State == TaskState.Done && End == TaskEnd.Succeeded && Failure is null
        && Attempt == 1 && StopReason == StopReason.None && Observation is null;

    /// <summary>Makes one that <see cref="HasPlainlySucceeded"/> as good as new, but for its function and what it was made with.</summary>
    private protected virtual void Renew()
    {
        Debug.Assert(HasPlainlySucceeded && Holds is null && LargeBuffers is null, "Only the last one that refers to a task may use it again.");
        State = TaskState.New;
        Dispatcher = null;
        Function = null!;
        _outcome = TaskOutcome.Pending;
        _status = default;
    }

    protected void Fail(Exception exception) => Failure = exception;

    protected OperationCanceledException Cancellation() => _outcome == TaskOutcome.Terminated
        ? new OperationCanceledException("The pool was terminated.")
        : new OperationCanceledException(Token);

    /// <summary>Kept for the next request of a task that is used again.</summary>
    private byte[] OwnArray(int length) =>
        _ownArray.Length >= length ? _ownArray : _ownArray = GC.AllocateUninitializedArray<byte>(length);

    private void ReleaseRequest()
    {
        var request = _request;
        _request = [];
        _requestLength = 0;
        if (request.Length > LargestOwnArray)
        {
            ArrayPool<byte>.Shared.Return(request);
        }
        LargeBuffers?.Dispose();
        LargeBuffers = null;
        Holds?.Dispose();
        Holds = null;
    }
}
