namespace Multiprocessing.Serialization;

/// <summary>
/// Exceptions of all types. What every exception has is written plainly; the type and its own fields follow as a payload inside the
/// payload, so that whatever goes wrong with them, on either side, leaves a <see cref="RemoteException"/> and not a second error.
/// </summary>
internal sealed class ExceptionCodec : LateReferenceCodec<Exception>
{
    protected override void WriteLate(PayloadWriter writer, Exception value)
    {
        ExceptionParts parts = ExceptionParts.Of(value);
        writer.WriteString(parts.TypeName);
        writer.WriteString(parts.Message);
        writer.WriteString(parts.StackTrace);
        writer.WriteVarUInt((uint)parts.Inner.Count);
        foreach (Exception inner in parts.Inner)
        {
            Write(writer, inner);
        }

        ExceptionState.Write(writer, value);
    }

    protected override Exception ReadLate(ref PayloadReader reader)
    {
        string typeName = reader.ReadRequiredString();
        string message = reader.ReadRequiredString();
        string? stackTrace = reader.ReadString();
        Exception[] inner = new Exception[reader.ReadCount(1)];
        for (int i = 0; i < inner.Length; i++)
        {
            inner[i] = Read(ref reader) ?? throw new PayloadException("An inner exception is missing.");
        }

        return ExceptionState.Read(ref reader, inner, stackTrace)
            ?? new RemoteException(typeName, message, stackTrace ?? string.Empty, inner.FirstOrDefault());
    }
}
