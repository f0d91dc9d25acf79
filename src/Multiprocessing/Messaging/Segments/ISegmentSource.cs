namespace Multiprocessing.Messaging.Segments;

/// <summary>Where the segments of payloads come from, and go back to when they were read.</summary>
internal interface ISegmentSource
{
    /// <summary>A segment of at least <paramref name="size"/> bytes that nobody reads.</summary>
    Segment Rent(long size);

    /// <summary>Takes a segment back that nobody reads any more.</summary>
    void Return(Segment segment);
}
