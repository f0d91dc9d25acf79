namespace Multiprocessing.Chaos;

/// <summary>What a stream has said of its items so far. An unordered one does not say whose failure it is, unless it is the item's own.</summary>
internal sealed class StreamBooks(ErrandContext context, Item[] items, bool isOrdered)
{
    private readonly Dictionary<long, Item> _open = items.ToDictionary(item => item.Answer);
    private readonly List<Outcome> _nameless = [];
    private int _next;
    private bool _wasTurnedAway;

    /// <summary>Whether an exception ends the enumeration: its token, or the end of the pool.</summary>
    internal bool IsEnd(Exception exception) => exception is OperationCanceledException && context.Token.IsCancellationRequested;

    internal void OnValue(long value)
    {
        if (isOrdered)
        {
            var item = Next();
            Note(item, context.OfValue(item, value == item.Answer));
        }
        else if (_open.TryGetValue(value, out var item))
        {
            Note(item, context.OfValue(item, isRight: true));
        }
        else
        {
            context.Error("an unordered stream has a value that belongs to no open item.");
        }
    }

    internal void OnFailure(Exception exception)
    {
        if (isOrdered && _next < items.Length)
        {
            var item = Next();
            var outcome = context.Of(exception, item);
            _wasTurnedAway |= IsTurnedAway(outcome);
            Note(item, outcome);
        }
        else if (_open.Values.FirstOrDefault(item => item.Deed == Deed.Throw && item.Complaint == exception.Message) is { Number: > 0 } own)
        {
            Note(own, Outcome.OwnException);
        }
        else
        {
            _nameless.Add(context.Of(exception, items[0]));
            _wasTurnedAway |= IsTurnedAway(_nameless[^1]);
        }
    }

    /// <summary>After the end of the enumeration.</summary>
    internal void Close(int read, bool wasAbandoned)
    {
        var left = _open.Values.ToArray();
        var isComplete = !wasAbandoned && !_wasTurnedAway;
        if (isComplete && left.Length != _nameless.Count)
        {
            context.Error($"a stream of {items.Length} items, {read} read, said nothing of {left.Length - _nameless.Count}.");
        }
        for (var i = 0; i < left.Length; i++)
        {
            Note(left[i], isComplete && i < _nameless.Count ? OfNameless(_nameless[i]) : Outcome.Unseen);
        }
    }

    /// <summary>Which item it was is not known, so neither is whether that one has started.</summary>
    private static Outcome OfNameless(Outcome outcome) => outcome is Outcome.OwnException or Outcome.Value ? Outcome.Unseen : outcome;

    /// <summary>The pool takes no more: the rest of the input will not be read.</summary>
    private static bool IsTurnedAway(Outcome outcome) => outcome is Outcome.Refused or Outcome.Broken or Outcome.Terminated;

    private Item Next() => items[_next++];

    private void Note(Item item, Outcome outcome)
    {
        _open.Remove(item.Answer);
        context.Note(item, outcome);
    }
}
