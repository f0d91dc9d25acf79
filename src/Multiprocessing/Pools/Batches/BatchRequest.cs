using System.Buffers.Binary;

namespace Multiprocessing.Pools;

/// <summary>A batch as its worker has it.</summary>
internal readonly ref struct BatchRequest
{
    internal required BatchWords Words { get; init; }

    /// <summary>As the beginning of a request: flags, cultures, the head if it is detached.</summary>
    internal required ReadOnlySpan<byte> Prefix { get; init; }

    /// <summary>
    /// The items: raw, or each with its length (4 bytes) before it. An item is what follows the prefix in the request of a call.
    /// </summary>
    internal required ReadOnlySpan<byte> Items { get; init; }

    /// <summary>Where raw results go.</summary>
    internal required Span<byte> Results { get; init; }

    /// <summary>Bytes of a raw item; 0: they are payloads.</summary>
    internal required int ItemSize { get; init; }

    /// <summary>Bytes of a raw result; 0: every item answers with a payload of its own.</summary>
    internal required int ResultSize { get; init; }

    internal required bool HasLimit { get; init; }

    internal required bool TakesToken { get; init; }

    /// <summary>The number of the first item in the pool; those of the others follow it.</summary>
    internal required long FirstId { get; init; }

    /// <summary>Claims the next item. They come in order.</summary>
    internal bool TryBegin(out int index)
    {
        if (HasLimit)
        {
            Words.SetSince(System.Diagnostics.Stopwatch.GetTimestamp());
        }
        return Words.TryClaim(out index);
    }

    /// <summary>The payload of the next item, for items that are not raw.</summary>
    internal ReadOnlySpan<byte> Next(ref int offset)
    {
        var rest = Items[Math.Min(offset, Items.Length)..];
        var length = rest.Length < sizeof(int) ? -1 : BinaryPrimitives.ReadInt32LittleEndian(rest);
        if ((uint)length > (uint)(rest.Length - sizeof(int)))
        {
            throw new PayloadException("A batch is too short for its items.");
        }
        offset += sizeof(int) + length;
        return rest.Slice(sizeof(int), length);
    }
}
