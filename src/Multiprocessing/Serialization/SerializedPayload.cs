namespace Multiprocessing.Serialization;

/// <summary>A self-contained payload in the writer that it was written with: to be copied to where it goes, once.</summary>
/// <param name="head">The definitions of its symbols.</param>
/// <param name="body">The value.</param>
/// <param name="holds">What it refers to; null if that is nothing.</param>
internal readonly struct SerializedPayload(byte[] head, PayloadWriter body, PayloadHolds? holds) : IDisposable
{
    /// <summary>The caller disposes of them.</summary>
    public PayloadHolds? Holds => holds;

    public ReadOnlySpan<byte> Head => head;

    public ReadOnlySpan<byte> Body => body.Written;

    public byte[] ToArray()
    {
        byte[] whole = GC.AllocateUninitializedArray<byte>(head.Length + body.Length);
        head.CopyTo(whole, 0);
        body.Written.CopyTo(whole.AsSpan(head.Length));
        return whole;
    }

    /// <summary>Once. What it refers to is not given up.</summary>
    public void Dispose() => body.Return();
}
