using Multiprocessing.Serialization;

namespace Multiprocessing.Pools;

/// <summary>What user code threw, as a response. Writing cannot fail: of an exception that cannot travel, the words do.</summary>
internal static class Failures
{
    internal static void Write(PayloadWriter response, Exception exception)
    {
        response.Clear();
        if (exception is OutOfMemoryException)
        {
            // What the task had made is garbage now, and with a limit the heap is full of it: the next task must not fail because of that. Memory
            // that the collector keeps for later counts against the limit, so none of it may stay.
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }
        response.WriteByte((byte)ResponseStatus.Failed);
        try
        {
            Serializer.Write(response, exception);
        }
        catch (Exception)
        {
            // The exception's own state or code is the obstacle: its words go alone.
            response.Clear();
            response.WriteByte((byte)ResponseStatus.FailedInWords);
            response.WriteString(exception.GetType().FullName);
            response.WriteString(WordsOf(static failed => failed.Message, exception));
            response.WriteString(WordsOf(static failed => failed.StackTrace, exception));
        }
    }

    /// <summary>Reads what <see cref="Write"/> wrote after the status.</summary>
    /// <exception cref="PayloadException">It is not that.</exception>
    internal static Exception Read(ResponseStatus status, ref PayloadReader reader) => status switch
    {
        ResponseStatus.Failed => Serializer.Read<Exception>(ref reader)
            ?? throw new PayloadException("A failed task sent no exception."),
        ResponseStatus.FailedInWords =>
            new RemoteException(reader.ReadString() ?? "", reader.ReadString() ?? "", reader.ReadString() ?? "", null),
        _ => throw new PayloadException($"A response has the unknown status {(byte)status}."),
    };

    /// <summary>These properties are virtual: user code that may throw.</summary>
    private static string? WordsOf(Func<Exception, string?> property, Exception exception)
    {
        try
        {
            return property(exception);
        }
        catch (Exception)
        {
            return null;
        }
    }
}
