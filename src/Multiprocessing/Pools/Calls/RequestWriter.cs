using Multiprocessing.Serialization;

namespace Multiprocessing.Pools;

/// <summary>Writes a call's delegate and argument into its task, on the caller's thread, so that errors surface there.</summary>
internal static class RequestWriter
{
    /// <summary>Writes what comes before the argument, or before delegate and argument if the head is not detached.</summary>
    internal static void WritePrefix(PayloadWriter writer, RequestHeads.Head? head, StreamSeed? streamSeed, Cultures poolCultures, TraceContext? trace)
    {
        var flags = (head is null ? RequestFlags.None : RequestFlags.IsDetached)
            | (poolCultures.AreCurrent() ? RequestFlags.None : RequestFlags.HasCultures)
            | (streamSeed is null ? RequestFlags.None : RequestFlags.HasSeed)
            | (trace is null ? RequestFlags.None : RequestFlags.HasTrace);
        writer.WriteByte((byte)flags);
        if ((flags & RequestFlags.HasCultures) != 0)
        {
            var own = Cultures.OfThisThread;
            writer.WriteString(own.Culture.Name);
            writer.WriteString(own.UICulture.Name);
        }
        if (trace is not null)
        {
            writer.WriteString(trace.Parent);
            writer.WriteString(trace.State);
        }
        if (streamSeed is { } seed)
        {
            writer.WriteInt64(seed.Seed);
            writer.WriteInt64(seed.Index);
        }
        if (head is not null)
        {
            writer.WriteBytes(head.Bytes);
        }
    }

    internal static void Write<TArg>(PoolTask task, int callSymbol, TArg argument, Cultures poolCultures, LargeBufferSink? sink)
    {
        var function = task.Function;
        var writer = PayloadWriter.Rent(sink);
        try
        {
            writer.KeepsHolds = true;
            writer.AcceptsProgress = true;
            var head = RequestHeads.Of(callSymbol, function);
            WritePrefix(writer, head, task.StreamSeed, poolCultures, task.Observation?.Trace);
            if (head is null)
            {
                writer.WriteSymbol(callSymbol);
                Serializer.Write(writer, function);
            }
            if (typeof(TArg) != typeof(Nothing))
            {
                Serializer.Write(writer, argument);
            }
            task.SetRequest(writer.Written, Math.Max(writer.HighestSymbol, head?.HighestSymbol ?? -1));
            task.LargeBuffers = sink?.Detach();
            task.Holds = writer.TakeHolds();
        }
        catch
        {
            sink?.Detach()?.Dispose();
            throw;
        }
        finally
        {
            writer.Return();
        }
    }
}
