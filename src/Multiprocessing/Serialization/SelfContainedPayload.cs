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
        PayloadWriter head = PayloadWriter.Rent();
        try
        {
            body.KeepsHolds = keepsHolds;
            List<int> used = [];
            body.CollectSymbols(used);
            Serializer.Write(body, value);
            WriteDefinitions(head, used);
            return new SerializedPayload(head, body, body.TakeHolds());
        }
        catch
        {
            head.Return();
            body.Return();
            throw;
        }
    }

    /// <param name="payload">The payload.</param>
    /// <param name="buffers">What was taken out of it.</param>
    public static T Deserialize<T>(ReadOnlySpan<byte> payload, LargeBufferSource? buffers = null)
    {
        PayloadReader header = new(payload, IncomingSymbols.None);
        IncomingSymbols symbols = ReadDefinitions(ref header);
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
        IncomingSymbols symbols = ReadDefinitions(ref reader);
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
            catch (Exception exception) when (exception is PayloadException or UnserializableException)
            {
                continue; // Reported where it matters: by the payload that needs it.
            }
        }
    }

    private static void WriteDefinitions(PayloadWriter writer, List<int> used)
    {
        if (used.Count == 0)
        {
            writer.WriteVarUInt(0);
            return;
        }

        SortedSet<int> needed = [];
        foreach (int symbol in used)
        {
            OutgoingSymbols.Process.AddWithDependencies(symbol, needed);
        }

        writer.WriteVarUInt((uint)needed.Count);
        OutgoingSymbols.ProcessIdentity.TryWriteBytes(writer.Append(16));
        foreach (int symbol in needed)
        {
            writer.WriteVarUInt((uint)symbol);
            writer.WriteBytes(OutgoingSymbols.Process.GetDefinition(symbol));
        }
    }

    private static IncomingSymbols ReadDefinitions(ref PayloadReader reader)
    {
        int count = reader.ReadCount(3);
        if (count == 0)
        {
            return IncomingSymbols.None;
        }

        Guid sender = new(reader.Take(16));
        PayloadReader again = reader;
        IncomingSymbols known = SenderTable.For(sender);
        if (TryDefine(ref reader, count, known))
        {
            return known;
        }

        // Two processes that claim one identity contradict each other: this payload gets a table of its own.
        IncomingSymbols own = new(sparse: true);
        reader = again;
        return TryDefine(ref reader, count, own) ? own : throw new PayloadException("A symbol is defined twice.");
    }

    private static bool TryDefine(ref PayloadReader reader, int count, IncomingSymbols symbols)
    {
        for (int i = 0; i < count; i++)
        {
            int id = reader.ReadSymbol();
            if (!symbols.TryDefineSparse(id, reader.Take(reader.ReadCount(1))))
            {
                return false;
            }
        }

        return true;
    }
}
