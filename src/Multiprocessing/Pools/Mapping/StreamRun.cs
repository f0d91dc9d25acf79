using System.Runtime.ExceptionServices;
using System.Threading.Channels;

namespace Multiprocessing.Pools;

/// <summary>
/// One enumeration of a stream: a pump reads the input and submits, never more ahead of the consumer than allowed; the consumer takes the
/// items from a channel, into which they come in their order, or as they end.
/// </summary>
internal sealed class StreamRun<TItem, TResult> : IAsyncEnumerator<TResult>
{
    private readonly Func<OpenInput> _open;
    private readonly IAsyncEnumerable<TItem> _input;
    private readonly Func<TItem, Action<StreamItem<TResult>>, CancellationToken, StreamItem<TResult>> _submit;
    private readonly bool _isOrdered;
    private readonly bool _stopsOnError;
    private readonly SemaphoreSlim _room;
    private readonly CancellationTokenSource _stop;
    private readonly CancellationToken _token;
    private readonly CancellationToken _otherToken;
    private readonly Channel<StreamItem<TResult>> _items = Channel.CreateUnbounded<StreamItem<TResult>>();
    private Task? _pump;
    private Exception? _inputFailure;
    private int _pending = 1;
    private bool _isOver;

    internal StreamRun(
        Func<OpenInput> open,
        IAsyncEnumerable<TItem> input,
        Func<TItem, Action<StreamItem<TResult>>, CancellationToken, StreamItem<TResult>> submit,
        int readAhead,
        bool isOrdered,
        bool stopsOnError,
        CancellationToken token,
        CancellationToken otherToken)
    {
        _open = open;
        _input = input;
        _submit = submit;
        _isOrdered = isOrdered;
        _stopsOnError = stopsOnError;
        _room = new SemaphoreSlim(readAhead);
        _token = token;
        _otherToken = otherToken;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(token, otherToken);
    }

    public TResult Current { get; private set; } = default!;

    public async ValueTask<bool> MoveNextAsync()
    {
        if (_isOver)
        {
            return false;
        }
        _pump ??= Task.Run(PumpAsync, CancellationToken.None);
        try
        {
            if (await TakeAsync().ConfigureAwait(false) is not { } item)
            {
                _isOver = true;
                return _inputFailure is null ? false : throw _inputFailure;
            }
            _room.Release();
            if (item.Error is { } failure)
            {
                ExceptionDispatchInfo.Throw(failure);
            }
            Current = item.Value;
            return true;
        }
        catch
        {
            if (_stopsOnError || _stop.IsCancellationRequested || _isOver)
            {
                _isOver = true;
                await StopAsync().ConfigureAwait(false);
                ThrowIfCanceled();
            }
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _isOver = true;
        await StopAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task<StreamItem<TResult>?> TakeAsync()
    {
        while (await _items.Reader.WaitToReadAsync(_stop.Token).ConfigureAwait(false))
        {
            if (_items.Reader.TryRead(out var item))
            {
                await item.Ended.ConfigureAwait(false);
                return item;
            }
        }
        return null;
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
            using var open = _open();

            // Room first: what has been read counts.
            var input = _input.GetAsyncEnumerator(_stop.Token);
            await using (input.ConfigureAwait(false))
            {
                await _room.WaitAsync(_stop.Token).ConfigureAwait(false);
                while (await input.MoveNextAsync().ConfigureAwait(false))
                {
                    Submit(input.Current);
                    await _room.WaitAsync(_stop.Token).ConfigureAwait(false);
                }
            }
        }
        catch (Exception exception)
        {
            // Of the input, or of serializing an item: the consumer gets it when it has taken what came before.
            _inputFailure = exception;
        }
        Release();
    }

    private void Submit(TItem argument)
    {
        Interlocked.Increment(ref _pending);
        try
        {
            var item = _submit(argument, OnEnded, _stop.Token);
            if (_isOrdered)
            {
                _items.Writer.TryWrite(item);
            }
        }
        catch
        {
            Release();
            throw;
        }
    }

    private void OnEnded(StreamItem<TResult> item)
    {
        if (!_isOrdered)
        {
            _items.Writer.TryWrite(item);
        }
        Release();
    }

    /// <summary>The last one, pump or item, closes the channel.</summary>
    private void Release()
    {
        if (Interlocked.Decrement(ref _pending) == 0)
        {
            _items.Writer.TryComplete();
        }
    }
}
