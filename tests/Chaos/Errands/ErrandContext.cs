namespace Multiprocessing.Chaos;

/// <summary>One errand under way: its pool, its randomness, its token, and the judge of its items.</summary>
internal sealed class ErrandContext(PoolScope scope, Account account, Random random, string kind, CancellationToken token)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    internal PoolScope Scope => scope;

    internal ProcessPool Pool => scope.Pool;

    internal Random Random => random;

    internal CancellationToken Token => token;

    /// <param name="microseconds">How long it takes.</param>
    /// <param name="deed">What it does then.</param>
    /// <param name="attempts">How often it may be tried.</param>
    internal Item NewItem(int microseconds, Deed deed = Deed.Compute, int attempts = 1) => scope.NewItem(random, microseconds, deed, attempts);

    /// <summary>Tries work again so often that there are at most so many attempts.</summary>
    internal RetryPolicy Retry(int attempts, bool timeouts = false) =>
        new() { MaxRetries = attempts - 1, InitialDelay = TimeSpan.FromMilliseconds(random.Next(10)), RetriesTimeouts = timeouts };

    /// <summary>Short most of the time.</summary>
    internal int SomeMicroseconds() => random.Next(4) switch
    {
        0 => random.Next(2000),
        1 => random.Next(100),
        _ => 0,
    };

    /// <summary>Nearly always the normal one.</summary>
    internal TaskPriority SomePriority() => random.Next(4) == 0 ? (TaskPriority)random.Next(-2, 3) : TaskPriority.Normal;

    internal Item[] NewItems(int most, int attempts = 1)
    {
        var items = new Item[random.Next(1, most)];
        for (var i = 0; i < items.Length; i++)
        {
            items[i] = NewItem(SomeMicroseconds(), random.Next(20) == 0 ? Deed.Throw : Deed.Compute, attempts);
        }
        return items;
    }

    /// <summary>Waits for a call and judges how it has ended.</summary>
    /// <param name="item">Its item.</param>
    /// <param name="start">Begins the call.</param>
    /// <param name="isRight">Whether its value is the right one.</param>
    /// <param name="hasLimit">Whether it may run out of time.</param>
    internal async Task JudgeAsync<T>(Item item, Func<Task<T>> start, Func<T, bool> isRight, bool hasLimit = false)
    {
        Outcome outcome;
        try
        {
            var task = start();
            if (await Task.WhenAny(task, Task.Delay(Patience)) != task)
            {
                Error($"item {item.Number} had not ended after {Patience.TotalSeconds} s.");
            }
            outcome = OfValue(item, isRight(await task));
        }
        catch (Exception exception)
        {
            outcome = Of(exception, item, hasLimit);
        }
        Note(item, outcome);
    }

    internal Task JudgeAsync(Item item, Func<Task<long>> start, bool hasLimit = false) =>
        JudgeAsync(item, start, value => value == item.Answer, hasLimit);

    internal void Note(Item item, Outcome outcome) => scope.Note(kind, item, outcome);

    internal Outcome OfValue(Item item, bool isRight)
    {
        if (!isRight || item.Deed == Deed.Throw)
        {
            Error($"item {item.Number} has the wrong value.");
        }
        return Outcome.Value;
    }

    /// <summary>What an exception says of an item, and whether it has a right to say so.</summary>
    internal Outcome Of(Exception exception, Item item, bool hasLimit = false)
    {
        switch (exception)
        {
            case InvalidDataException when item.Deed == Deed.Throw && exception.Message == item.Complaint:
                return Outcome.OwnException;
            case WorkerDiedException:
                return Outcome.WorkerDied;
            case TaskTimeoutException when hasLimit:
                return Outcome.TimedOut;
            case OperationCanceledException canceled when token.IsCancellationRequested && canceled.CancellationToken == token:
                return Outcome.Canceled;
            case OperationCanceledException when scope.MayTerminate:
                return Outcome.Terminated;
            case PoolBrokenException when scope.MayBreak:
                return Outcome.Broken;
            case InvalidOperationException when scope.MayRefuse:
                return Outcome.Refused;
            default:
                Error($"item {item.Number} ({item.Deed}) ended with what nobody did: {exception}");
                return Outcome.Unseen;
        }
    }

    internal void Error(string message) => account.Error($"{kind}, pool {scope.Number} ({scope.Options.Backend}): {message}");
}
