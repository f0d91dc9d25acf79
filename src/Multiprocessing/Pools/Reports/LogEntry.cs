using System.Collections;
using System.Globalization;
using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;
using Multiprocessing.Serialization;

namespace Multiprocessing.Pools;

/// <summary>
/// An entry of a log as it travels: number of the logger, level, event, text, the named values of its template and its scopes. Values are
/// what they are if they are numbers, texts, times and the like, else their text. Long texts are cut.
/// </summary>
internal static class LogEntry
{
    private const int LongestText = 4096;
    private const int LongestValue = 1024;
    private const int MostValues = 64;
    private const int MostScopes = 16;
    private const int MostCauses = 3;

    internal static void Write(
        PayloadWriter writer, int logger, LogLevel level, EventId eventId, string message, object? state, IExternalScopeProvider scopes, Exception? exception)
    {
        writer.WriteByte((byte)ReportKind.LogEntry);
        writer.WriteInt32(logger);
        writer.WriteByte((byte)level);
        writer.WriteInt32(eventId.Id);
        writer.WriteString(eventId.Name);
        WriteState(writer, message, state);
        var all = new List<object?>();
        scopes.ForEachScope(static (scope, all) => all.Add(scope), all);
        var first = Math.Max(0, all.Count - MostScopes);
        writer.WriteVarUInt((uint)(all.Count - first));
        for (var i = first; i < all.Count; i++)
        {
            WriteState(writer, all[i]?.ToString() ?? "", all[i]);
        }
        WriteException(writer, exception, MostCauses);
    }

    internal static LogState ReadState(ref PayloadReader reader)
    {
        var message = reader.ReadRequiredString();
        var pairs = new KeyValuePair<string, object?>[reader.ReadCount(2)];
        for (var i = 0; i < pairs.Length; i++)
        {
            pairs[i] = new(reader.ReadRequiredString(), Serializer.Read<object?>(ref reader));
        }
        return new LogState(message, pairs);
    }

    internal static Exception? ReadException(ref PayloadReader reader, int depth = MostCauses)
    {
        if (!reader.ReadBoolean() || depth < 0)
        {
            return null;
        }
        var (type, message, stack) = (reader.ReadRequiredString(), reader.ReadRequiredString(), reader.ReadString());
        var exception = new RemoteException(type, message, stack ?? "", ReadException(ref reader, depth - 1));
        return stack is null ? exception : ExceptionDispatchInfo.SetRemoteStackTrace(exception, stack);
    }

    private static void WriteState(PayloadWriter writer, string message, object? state)
    {
        writer.WriteString(Cut(message, LongestText));
        var pairs = state as IReadOnlyCollection<KeyValuePair<string, object?>> ?? (state as IEnumerable<KeyValuePair<string, object?>>)?.ToArray() ?? [];
        writer.WriteVarUInt((uint)Math.Min(pairs.Count, MostValues));
        foreach (var (key, value) in pairs.Take(MostValues))
        {
            writer.WriteString(Cut(key, LongestValue));
            Serializer.Write(writer, Plain(value));
        }
    }

    private static void WriteException(PayloadWriter writer, Exception? exception, int depth)
    {
        writer.WriteBoolean(exception is not null && depth >= 0);
        if (exception is not null && depth >= 0)
        {
            writer.WriteString(exception.GetType().FullName ?? "");
            writer.WriteString(Cut(exception.Message, LongestValue));
            writer.WriteString(exception.StackTrace is { } stack ? Cut(stack, LongestText) : null);
            WriteException(writer, exception.InnerException, depth - 1);
        }
    }

    private static object? Plain(object? value) => value switch
    {
        null or bool or char or sbyte or byte or short or ushort or int or uint or long or ulong or float or double or decimal => value,
        DateTime or DateTimeOffset or TimeSpan or Guid => value,
        string text => Cut(text, LongestValue),
        IEnumerable items and not IFormattable => Cut(string.Join(", ", items.Cast<object?>().Take(MostValues)), LongestValue),
        _ => Cut(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "", LongestValue),
    };

    private static string Cut(string text, int length) => text.Length <= length ? text : string.Concat(text.AsSpan(0, length), "...");
}

/// <summary>What a logger in the pool's process gets as state: the values by their names, and the text.</summary>
internal sealed class LogState(string message, KeyValuePair<string, object?>[] pairs) : IReadOnlyList<KeyValuePair<string, object?>>
{
    public int Count => pairs.Length;

    public KeyValuePair<string, object?> this[int index] => pairs[index];

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => pairs.AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => pairs.GetEnumerator();

    public override string ToString() => message;
}
