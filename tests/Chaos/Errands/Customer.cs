using System.Diagnostics;

namespace Multiprocessing.Chaos;

/// <summary>Does one errand after the other; several customers do so at once. Every third errand is cancelled at some moment.</summary>
internal sealed class Customer(ChaosRun run, int number)
{
    private volatile string _doing = "nothing";

    internal async Task RunAsync()
    {
        var random = run.NewRandom($"customer {number}");
        while (!run.IsOver)
        {
            if (run.Pools.TryEnterAny(random) is not { } scope)
            {
                await Task.Delay(5);
                continue;
            }
            try
            {
                await RunOneAsync(scope, random);
            }
            catch (Exception exception)
            {
                run.Account.Error($"An errand failed: {exception}");
            }
            finally
            {
                _doing = "nothing";
                scope.Leave();
            }
        }
    }

    public override string ToString() => $"customer {number}: {_doing}";

    private async Task RunOneAsync(PoolScope scope, Random random)
    {
        var errand = AllErrands.Choose(random, scope.Options.Backend);
        _doing = $"{errand.Name} with pool {scope.Number} since {run.Elapsed.TotalSeconds:0.0} s";
        using var stop = new CancellationTokenSource();
        if (random.Next(3) == 0)
        {
            stop.CancelAfter(random.Next(60));
            run.Account.CountEvent("cancellations");
        }
        var start = Stopwatch.GetTimestamp();
        await errand.RunAsync(new ErrandContext(scope, run.Account, random, errand.Name, stop.Token));
        run.NoteErrand(Stopwatch.GetElapsedTime(start));
    }
}
