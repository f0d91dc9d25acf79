using Multiprocessing.Serialization;

namespace Multiprocessing.Pools;

/// <summary>Reads responses; that may run the user's code (constructors, codecs).</summary>
internal static class ResponseReader
{
    /// <summary>Reads one, and gives back what came with it. <see cref="Nothing"/> stands for no value.</summary>
    /// <returns>The failure; null: there is a value. Whatever is wrong with the response is a failure, too.</returns>
    internal static Exception? Read<TResult>(
        ReadOnlySpan<byte> response, IncomingSymbols symbols, LargeBufferSource? buffers, PayloadHolds? holds, out TResult? result)
    {
        result = default;
        try
        {
            var reader = new PayloadReader(response, symbols, buffers);
            var status = (ResponseStatus)reader.ReadByte();
            if (status == ResponseStatus.Canceled)
            {
                return new OperationCanceledException();
            }
            if (status != ResponseStatus.Ok)
            {
                return Failures.Read(status, ref reader);
            }
            if (typeof(TResult) != typeof(Nothing))
            {
                result = Serializer.Read<TResult>(ref reader);
            }
            return null;
        }
        catch (PayloadException exception)
        {
            return exception;
        }
        finally
        {
            (buffers as IDisposable)?.Dispose();
            holds?.Dispose();
        }
    }
}
