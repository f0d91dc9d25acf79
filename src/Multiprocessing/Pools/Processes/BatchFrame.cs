using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Multiprocessing.Pools.Processes;

/// <summary>The frames of a batch, see docs/protocol.md, "Batches". Both begin like those of a task (<see cref="TaskFrame"/>).</summary>
internal static unsafe class BatchFrame
{
    public const int WordsOffset = TaskFrame.HeaderSize;
    private const int CountOffset = WordsOffset + BatchWords.Size;
    private const int ItemSizeOffset = CountOffset + 4;
    private const int ResultSizeOffset = CountOffset + 8;
    private const int PrefixLengthOffset = CountOffset + 12;
    private const int ItemsLengthOffset = CountOffset + 16;
    private const int HasLimitOffset = CountOffset + 20;
    private const int FirstIdOffset = CountOffset + 24;
    private const int PrefixOffset = FirstIdOffset + 8;

    /// <summary>Before the results in the answer: the number of items (8 bytes), what they took (8).</summary>
    private const int EndHeaderSize = 16;

    /// <summary>Before the answer of one item: its index (4 bytes) and nothing (4).</summary>
    public const int ItemHeaderSize = 8;

    public static int RequestLength(BatchTask batch) =>
        ResultsOffset(batch.Prefix.Length, batch.Items.Length) + (batch.ItemCount * batch.ResultSize);

    public static void WriteRequest(Span<byte> payload, uint sequence, BatchTask batch)
    {
        TaskFrame.WriteBatchHeader(payload, sequence, batch.TakesToken, batch.Attempt);
        BatchWords.Initialize(payload[WordsOffset..], batch.ItemCount);
        BinaryPrimitives.WriteInt32LittleEndian(payload[CountOffset..], batch.ItemCount);
        BinaryPrimitives.WriteInt32LittleEndian(payload[ItemSizeOffset..], batch.ItemSize);
        BinaryPrimitives.WriteInt32LittleEndian(payload[ResultSizeOffset..], batch.ResultSize);
        BinaryPrimitives.WriteInt32LittleEndian(payload[PrefixLengthOffset..], batch.Prefix.Length);
        BinaryPrimitives.WriteInt32LittleEndian(payload[ItemsLengthOffset..], batch.Items.Length);
        BinaryPrimitives.WriteInt32LittleEndian(payload[HasLimitOffset..], batch.TimeoutTicks >= 0 ? 1 : 0);
        BinaryPrimitives.WriteInt64LittleEndian(payload[FirstIdOffset..], batch.Id);
        batch.Prefix.CopyTo(payload[PrefixOffset..]);
        batch.Items.CopyTo(payload[ItemsOffset(batch.Prefix.Length)..]);
    }

    /// <summary>Where the results of a batch lie in its frame.</summary>
    public static int ResultsOffset(BatchTask batch) => ResultsOffset(batch.Prefix.Length, batch.Items.Length);

    /// <summary>The request as the worker sees it, whose memory is writable.</summary>
    public static BatchRequest OpenRequest(ReadOnlySpan<byte> payload, bool takesToken)
    {
        int count = Read(payload, CountOffset);
        int resultSize = Read(payload, ResultSizeOffset);
        int prefixLength = Read(payload, PrefixLengthOffset);
        int itemsLength = Read(payload, ItemsLengthOffset);
        ReadOnlySpan<byte> results = payload.Slice(ResultsOffset(prefixLength, itemsLength), count * resultSize);
        return new BatchRequest
        {
            Words = new BatchWords((long*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(payload[WordsOffset..]))),
            Prefix = payload.Slice(PrefixOffset, prefixLength),
            Items = payload.Slice(ItemsOffset(prefixLength), itemsLength),
            Results = MemoryMarshal.CreateSpan(ref MemoryMarshal.GetReference(results), results.Length),
            ItemSize = Read(payload, ItemSizeOffset),
            ResultSize = resultSize,
            HasLimit = Read(payload, HasLimitOffset) != 0,
            TakesToken = takesToken,
            FirstId = BinaryPrimitives.ReadInt64LittleEndian(payload[FirstIdOffset..]),
        };
    }

    public static int EndLength(int results) => TaskFrame.HeaderSize + EndHeaderSize + results;

    public static void WriteEnd(Span<byte> payload, uint sequence, int count, long elapsed, ReadOnlySpan<byte> results)
    {
        TaskFrame.WriteBatchHeader(payload, sequence, takesToken: false);
        BinaryPrimitives.WriteInt64LittleEndian(payload[TaskFrame.HeaderSize..], count);
        BinaryPrimitives.WriteInt64LittleEndian(payload[(TaskFrame.HeaderSize + 8)..], elapsed);
        results.CopyTo(payload[(TaskFrame.HeaderSize + EndHeaderSize)..]);
    }

    /// <exception cref="PayloadException">The frame is too short.</exception>
    public static ReadOnlySpan<byte> ReadEnd(ReadOnlySpan<byte> payload, out long count, out long elapsed)
    {
        if (payload.Length < TaskFrame.HeaderSize + EndHeaderSize)
        {
            throw new PayloadException("The end of a batch is too short.");
        }

        count = BinaryPrimitives.ReadInt64LittleEndian(payload[TaskFrame.HeaderSize..]);
        elapsed = BinaryPrimitives.ReadInt64LittleEndian(payload[(TaskFrame.HeaderSize + 8)..]);
        return payload[(TaskFrame.HeaderSize + EndHeaderSize)..];
    }

    private static int ItemsOffset(int prefixLength) => PrefixOffset + Align(prefixLength);

    private static int ResultsOffset(int prefixLength, int itemsLength) => ItemsOffset(prefixLength) + Align(itemsLength);

    private static int Align(int length) => (length + 7) & ~7;

    private static int Read(ReadOnlySpan<byte> payload, int offset) => BinaryPrimitives.ReadInt32LittleEndian(payload[offset..]);
}
