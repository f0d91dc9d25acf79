using System.Diagnostics;

namespace Multiprocessing.Chaos;

/// <summary>Keeps some pools alive, resizes them, ends each in a random way while it is in use, and makes another.</summary>
internal sealed class PoolKeeper(ChaosRun run)
{
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan SlowEnd = TimeSpan.FromSeconds(5);
    private readonly PoolScope?[] _scopes = new PoolScope?[3];
    private int _lastNumber;

    /// <summary>A pool that was alive a moment ago, entered; null if there is none just now.</summary>
    internal PoolScope? TryEnterAny(Random random)
    {
        var scope = Volatile.Read(ref _scopes[random.Next(_scopes.Length)]);
        return scope is not null && scope.TryEnter() ? scope : null;
    }

    internal IEnumerable<PoolScope> Scopes => _scopes.OfType<PoolScope>();

    internal Task RunAsync() => Task.WhenAll(Enumerable.Range(0, _scopes.Length).Select(place => Task.Run(() => KeepAsync(place))));

    private async Task KeepAsync(int place)
    {
        var random = run.NewRandom($"pool {place}");
        while (!run.IsOver)
        {
            var options = RandomOptions.Create(random, run.Options.Workers, run.Ledger);
            var scope = new PoolScope(Interlocked.Increment(ref _lastNumber), options, run.Ledger, run.Account);
            run.Account.CountEvent("pools");
            Volatile.Write(ref _scopes[place], scope);
            var life = TimeSpan.FromMilliseconds(random.Next(200, 6000));
            var start = Stopwatch.GetTimestamp();
            while (Stopwatch.GetElapsedTime(start) < life && !run.IsOver)
            {
                await Task.Delay(random.Next(20, 400));
                if (random.Next(2) == 0)
                {
                    scope.Pool.Resize(random.Next(1, run.Options.Workers + 1));
                    run.Account.CountEvent("resizes");
                }
            }
            await EndAsync(scope, random);
            Volatile.Write(ref _scopes[place], null);
        }
    }

    private async Task EndAsync(PoolScope scope, Random random)
    {
        scope.MayRefuse = true;
        var start = Stopwatch.GetTimestamp();
        var pool = scope.Pool;
        switch (random.Next(4))
        {
            case 0:
                pool.Complete();
                run.Account.CountEvent("completed");
                break;
            case 1:
                scope.MayTerminate = true;
                pool.Terminate();
                run.Account.CountEvent("terminated");
                break;
            case 2:
                scope.MayTerminate = true;
                await Task.Factory.StartNew(pool.Dispose, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
                run.Account.CountEvent("disposed");
                break;
            default:
                scope.MayTerminate = true;
                await pool.DisposeAsync();
                run.Account.CountEvent("disposed async");
                break;
        }
        try
        {
            if (await Task.WhenAny(pool.Completion, Task.Delay(SlowEnd)) != pool.Completion)
            {
                Console.WriteLine($"pool {scope.Number} ends slowly: {pool.Describe()}\n{Descendants.Describe()}");
            }
            await pool.Completion.WaitAsync(EndLimit);
        }
        catch (TimeoutException)
        {
            run.Account.Error($"pool {scope.Number} had not ended {EndLimit.TotalSeconds} s after it was told to.");
            return;
        }
        catch (PoolBrokenException) when (scope.MayBreak)
        {
            run.Account.CountEvent("broken");
        }
        run.NoteEnd(Stopwatch.GetElapsedTime(start));
        await scope.CloseAsync();
    }
}
