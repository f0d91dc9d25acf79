using System.Diagnostics.CodeAnalysis;
using Multiprocessing.Serialization;

namespace Multiprocessing.Pools;

/// <summary>A task whose response holds a <typeparamref name="TResult"/>; <see cref="Nothing"/>: no value.</summary>
internal abstract class PoolTask<TResult> : PoolTask
{
    /// <summary>Reading these runs no user code and takes nanoseconds.</summary>
    private static readonly bool IsCheap = ElementCodec<TResult>.IsBlock || typeof(TResult) == typeof(Nothing) || typeof(TResult) == typeof(string);

    private UnreadResponse? _unread;

    protected PoolTask()
    {
    }

    [SetsRequiredMembers]
    protected PoolTask(ItemTerms terms)
        : base(terms)
    {
    }

    /// <summary>Bytes of the response, with its large buffers.</summary>
    protected long ResponseBytes { get; private set; }

    protected TResult Result { get; private set; } = default!;

    protected sealed override bool IsResponseRead => _unread is null;

    /// <summary>Reads a response that was kept. Whatever is wrong with it fails this task and nothing else.</summary>
    protected void ReadResponse()
    {
        var unread = _unread!;
        _unread = null;
        Read(unread.Bytes, unread.Symbols, unread.Buffers, unread.Holds);
    }

    protected sealed override void TakeResponse(
        ReadOnlySpan<byte> response, IncomingSymbols symbols, LargeBufferSource? buffers, PayloadHolds? holds)
    {
        ResponseBytes = response.Length + (buffers?.TotalLength ?? 0);
        if (IsCheap && buffers is null && holds is null && !response.IsEmpty && response[0] == (byte)ResponseStatus.Ok)
        {
            Read(response, symbols, null, null);
        }
        else
        {
            _unread = new UnreadResponse(response.ToArray(), symbols, buffers, holds);
        }
    }

    private protected override void Renew()
    {
        base.Renew();
        Result = default!;
    }

    internal sealed override void DiscardResponse()
    {
        var unread = _unread;
        _unread = null;
        (unread?.Buffers as IDisposable)?.Dispose();
        unread?.Holds?.Dispose();
    }

    private void Read(ReadOnlySpan<byte> response, IncomingSymbols symbols, LargeBufferSource? buffers, PayloadHolds? holds)
    {
        if (ResponseReader.Read<TResult>(response, symbols, buffers, holds, out var result) is { } failure)
        {
            Fail(failure);
        }
        else
        {
            Result = result!;
        }
    }

    private sealed record UnreadResponse(byte[] Bytes, IncomingSymbols Symbols, LargeBufferSource? Buffers, PayloadHolds? Holds);
}
