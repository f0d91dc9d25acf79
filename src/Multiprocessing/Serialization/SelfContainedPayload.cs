namespace Multiprocessing.Serialization;

/// <summary>
/// A payload with the definitions of all symbols that it uses, for readers that share no channel with the writer.
/// </summary>
/// <remarks>
/// [number of definitions] and, if there are any, [the writing process: 16 bytes] [symbol, length, definition]..., then the body.
/// The reader keeps the resolved symbols of the processes it has met, so that types are looked up once and not once per payload.
/// </remarks>
internal static class SelfContainedPayload
{
    /// <summary>For values that refer to nothing outside of the payload.</summary>
    public static byte[] Serialize<T>(T value) => Serialize(value, keepsHolds: false, out _);

    /// <param name="value">The value.</param>
    /// <param name="holds">What the payload refers to: the caller keeps it until nobody will read the payload any more.</param>
    public static byte[] Serialize<T>(T value, out PayloadHolds? holds) => Serialize(value, keepsHolds: true, out holds);

    /// <summary>As <see cref="Serialize{T}(T, out PayloadHolds?)"/>, without a copy.</summary>
    /// <param name="value">The value.</param>
    /// <param name="sink">Takes large buffers out of it, if there is one.</param>
    public static SerializedPayload Write<T>(T value, LargeBufferSink? sink) => Write(value, keepsHolds: true, sink);

    private static byte[] Serialize<T>(T value, bool keepsHolds, out PayloadHolds? holds)
    {
        using SerializedPayload payload = Write(value, keepsHolds, null);
        holds = payload.Holds;
        return payload.ToArray();
    }

    private static SerializedPayload Write<T>(T value, bool keepsHolds, LargeBufferSink? sink)
    {
        PayloadWriter body = PayloadWriter.Rent(sink);
        try
        {
            body.KeepsHolds = keepsHolds;
            List<int> used = PayloadDefinitions.Begin();
            body.CollectSymbols(used);
            Serializer.Write(body, value);
            return new SerializedPayload(PayloadDefinitions.Write(used), body, body.TakeHolds());
        }
        catch
        {
            body.Return();
            throw;
        }
    }

    /// <param name="payload">The payload.</param>
    /// <param name="buffers">What was taken out of it.</param>
    public static T Deserialize<T>(ReadOnlySpan<byte> payload, LargeBufferSource? buffers = null)
    {
        PayloadReader header = new(payload, IncomingSymbols.None);
        IncomingSymbols symbols = PayloadDefinitions.ReadFrom(ref header);
        PayloadReader body = new(header.Rest, symbols, buffers);
        T value = Serializer.Read<T>(ref body);
        return body.Remaining == 0 ? value : throw new PayloadException("The payload goes on after its value.");
    }

    /// <summary>The definitions at the head of a payload, for <see cref="Prepare"/>.</summary>
    public static ReadOnlySpan<byte> DefinitionsOf(ReadOnlySpan<byte> payload)
    {
        PayloadReader header = new(payload, IncomingSymbols.None);
        int count = header.ReadCount(3);
        header.Take(count == 0 ? 0 : 16);
        for (int i = 0; i < count; i++)
        {
            header.ReadSymbol();
            header.Take(header.ReadCount(1));
        }

        return payload[..^header.Rest.Length];
    }

    /// <summary>
    /// Resolves the symbols of a payload that may come later, in a process that has time for it. Makes no objects; what cannot be
    /// resolved fails the payload that uses it, and nothing here.
    /// </summary>
    public static void Prepare(ReadOnlySpan<byte> definitions)
    {
        PayloadReader reader = new(definitions, IncomingSymbols.None);
        PayloadReader again = reader;
        IncomingSymbols symbols = PayloadDefinitions.ReadFrom(ref reader);
        int count = again.ReadCount(3);
        again.Take(count == 0 ? 0 : 16);
        for (int i = 0; i < count; i++)
        {
            int id = again.ReadSymbol();
            again.Take(again.ReadCount(1));
            try
            {
                symbols.Prepare(id);
            }
            catch (Exception)
            {
                continue; // The user's types can fail in any way. Reported where it matters: by the payload that needs it.
            }
        }
    }
}
