using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace Multiprocessing.Chaos;

/// <summary>How many items of each kind ended in which way, and everything that should not have happened. Thread-safe.</summary>
internal sealed class Account
{
    private const int MostErrors = 50;
    private static readonly Outcome[] Outcomes = Enum.GetValues<Outcome>();
    private readonly ConcurrentDictionary<string, long[]> _counts = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> _events = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _errors = new();
    private long _progress;
    private long _values;

    /// <summary>Grows whenever anything ends.</summary>
    internal long Progress => Volatile.Read(ref _progress);

    /// <summary>Items that ended with their value.</summary>
    internal long Values => Volatile.Read(ref _values);

    internal IReadOnlyCollection<string> Errors => _errors;

    internal long Items => _counts.Values.Sum(counts => counts.Sum());

    internal void Count(string kind, Outcome outcome, long number = 1)
    {
        Interlocked.Add(ref _counts.GetOrAdd(kind, static _ => new long[Outcomes.Length])[(int)outcome], number);
        Interlocked.Increment(ref _progress);
        if (outcome == Outcome.Value)
        {
            Interlocked.Add(ref _values, number);
        }
    }

    /// <summary>Something was done to the pools.</summary>
    internal void CountEvent(string name, long number = 1) => _events.AddOrUpdate(name, number, (_, count) => count + number);

    internal void Error(string message)
    {
        if (_errors.Count < MostErrors)
        {
            _errors.Enqueue(message);
            Console.Error.WriteLine($"WRONG: {message}");
        }
    }

    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{"",-16}");
        foreach (var outcome in Outcomes)
        {
            text.Append(CultureInfo.InvariantCulture, $"{outcome,13}");
        }
        foreach (var (kind, counts) in _counts.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            Append(text, kind, counts);
        }
        Append(text, "all", [.. Outcomes.Select(outcome => _counts.Values.Sum(counts => counts[(int)outcome]))]);
        text.AppendLine().AppendJoin(", ", _events.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key} {pair.Value}"));
        return text.ToString();
    }

    private static void Append(StringBuilder text, string kind, long[] counts)
    {
        text.AppendLine().Append(CultureInfo.InvariantCulture, $"{kind,-16}");
        foreach (var count in counts)
        {
            text.Append(CultureInfo.InvariantCulture, $"{count,13}");
        }
    }
}
