using System.Runtime.CompilerServices;
using Multiprocessing.Chaos;
using Multiprocessing.Tests.Testing;

// Mixed work while workers are killed, stopped, starved and cancelled, pools resized and ended, all at random from one seed. At the end every
// item is accounted for exactly once and nothing is left.
//   dotnet run -c Release --project tests/Chaos -- --seconds 60 --seed 1
ChaosOptions options;
try
{
    options = ChaosOptions.Parse(args);
}
catch (ArgumentException exception)
{
    Console.Error.WriteLine(exception.Message);
    return 64;
}
Console.WriteLine($"Chaos: seed {options.Seed}, {options.Seconds} s, pools of up to {options.Workers} workers");
TestRun.Begin();
var leaks = await LeakCheck.BeginAsync();
var errors = await RunAsync(options);
foreach (var left in await leaks.FindAsync())
{
    errors.Add($"left behind: {left}");
}
TestRun.End();
if (errors.Count == 0)
{
    Console.WriteLine($"OK seed {options.Seed}");
    return 0;
}
Console.WriteLine($"WRONG seed {options.Seed}, {errors.Count} times:");
errors.ForEach(Console.WriteLine);
return 1;

// On a stack of its own, so that nothing of the run is held when leaks are looked for.
[MethodImpl(MethodImplOptions.NoInlining)]
static async Task<List<string>> RunAsync(ChaosOptions options)
{
    var run = new ChaosRun(options);
    await run.RunAsync();
    Console.WriteLine(run);
    return [.. run.Account.Errors];
}
