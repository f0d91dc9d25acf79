// Puts another build of one of its files in the place of its own, as a build does that runs meanwhile, and prints what becomes of the
// processes that it starts then.
using Multiprocessing;

await using var before = new ProcessPool(workers: 1);
Console.WriteLine($"before: {before.Run(static () => 6 * 7)}");

string mine = Path.Combine(AppContext.BaseDirectory, Path.GetFileName(args[0]));
File.Copy(args[0], mine + ".new");
File.Move(mine + ".new", mine, overwrite: true);

Console.WriteLine($"still running: {before.Run(static () => 6 * 7)}");
Try("Spawn", () => Join(StartMethod.Spawn));
Try("Standby", () => Join(StartMethod.Standby));
Try("ProcessPool", static () =>
{
    // By Spawn, because a process that was started ahead may be of the old build, and good.
    using var pool = new ProcessPool(new ProcessPoolOptions { Workers = 2, Context = MultiprocessingContext.Get(StartMethod.Spawn) });
    pool.Run(static () => 6 * 7);
});

static void Join(StartMethod method)
{
    // With settings of its own, for which no process was started ahead.
    using var child = new ChildProcess(static () => { }) { StartMethod = method, Environment = new Dictionary<string, string?> { ["DOTNET_GCgen0size"] = "4000000" } };
    child.Start();
    child.Join();
}

static void Try(string what, Action start)
{
    try
    {
        start();
        Console.WriteLine($"{what}: works");
    }
    catch (Exception e)
    {
        Console.WriteLine($"{what}: {e.GetType().Name}: {e.Message}");
    }
}
