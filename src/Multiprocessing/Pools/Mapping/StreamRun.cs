using System.Runtime.ExceptionServices;

namespace Multiprocessing.Pools;

/// <summary>
/// One enumeration of a stream: a pump reads the input and submits, never more ahead of the consumer than allowed; the consumer takes the
/// outcomes range by range.
/// </summary>
internal sealed class StreamRun<TResult> : IAsyncEnumerator<TResult>
{
    private readonly StreamResults<TResult> _results;
    private readonly StreamRoom _room;
    private readonly Func<CancellationToken, Task> _runPump;
    private readonly bool _stopsOnError;
    private readonly CallActivity? _activity;
    private readonly CancellationTokenSource _stop;
    private readonly CancellationTokenRegistration _stopRegistration;
    private readonly CancellationToken _token;
    private readonly CancellationToken _otherToken;
    private ReadyRange<TResult> _range;
    private int _taken;
    private int _told;
    private Task? _pump;
    private Exception? _inputFailure;
    private bool _isOver;
    private bool _hasFailed;

    internal StreamRun(
        StreamResults<TResult> results,
        StreamRoom room,
        Func<CancellationToken, Task> runPump,
        bool stopsOnError,
        CallActivity? activity,
        CancellationToken token,
        CancellationToken otherToken)
    {
        _results = results;
        _room = room;
        _runPump = runPump;
        _stopsOnError = stopsOnError;
        _activity = activity;
        _token = token;
        _otherToken = otherToken;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(token, otherToken);
        _stopRegistration = _stop.Token.UnsafeRegister(static state => ((StreamResults<TResult>)state!).Stop(), results);
    }

    public TResult Current { get; private set; } = default!;

    public ValueTask<bool> MoveNextAsync()
    {
        if (_taken < _range.Count && !_isOver && !_stop.IsCancellationRequested && _range.Block.ErrorAt(_range.Start + _taken) is null)
        {
            Take();
            return new ValueTask<bool>(true);
        }
        return MoveOnAsync();
    }

    private async ValueTask<bool> MoveOnAsync()
    {
        if (_isOver)
        {
            return false;
        }
        _pump ??= Task.Run(PumpAsync, CancellationToken.None);
        try
        {
            _stop.Token.ThrowIfCancellationRequested();
            if (_taken == _range.Count && !await NextRangeAsync().ConfigureAwait(false))
            {
                _isOver = true;
                if (_inputFailure is { } ended)
                {
                    ExceptionDispatchInfo.Throw(ended);
                }
                return false;
            }
            if (Take() is { } failure)
            {
                ExceptionDispatchInfo.Throw(failure);
            }
            return true;
        }
        catch (Exception exception)
        {
            _hasFailed |= exception is not OperationCanceledException;
            if (_stopsOnError || _stop.IsCancellationRequested || _isOver)
            {
                _isOver = true;
                await StopAsync().ConfigureAwait(false);
                ThrowIfCanceled();
            }
            throw;
        }
    }

    private async ValueTask<bool> NextRangeAsync()
    {
        while (await _results.Ready.WaitToReadAsync(_stop.Token).ConfigureAwait(false))
        {
            if (_results.Ready.TryRead(out _range))
            {
                (_taken, _told) = (0, 0);
                return true;
            }
        }
        return false;
    }

    /// <summary>Takes the next item of the range; returns what is to be thrown instead of a value.</summary>
    private Exception? Take()
    {
        var index = _range.Start + _taken++;
        var failure = _range.Block.ErrorAt(index);
        Current = _range.Block.Values[index];
        _range.Block.Values[index] = default!; // Nobody else needs it.
        if (_taken == _range.Count || _room.IsWaitedFor)
        {
            _room.OnTaken(_taken - _told, _taken == _range.Count ? _range.Bytes : 0);
            _told = _taken;
        }
        return failure;
    }

    private async Task StopAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        if (_pump is not null)
        {
            await _pump.ConfigureAwait(false);
        }
    }

    private void ThrowIfCanceled()
    {
        _token.ThrowIfCancellationRequested();
        _otherToken.ThrowIfCancellationRequested();
    }

    private async Task PumpAsync()
    {
        try
        {
            await _runPump(_stop.Token).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // Of the input, or of serializing an item: the consumer gets it when it has taken what came before.
            _inputFailure = exception;
        }
        _results.Seal();
    }

    public async ValueTask DisposeAsync()
    {
        _isOver = true;
        await StopAsync().ConfigureAwait(false);
        _activity?.End(_hasFailed ? "failed" : "succeeded", _hasFailed);
        await _stopRegistration.DisposeAsync().ConfigureAwait(false);
        _stop.Dispose();
    }
}
