// Squares numbers in other processes. Prints what the host tests compare, and how many processes it ever started.
using Multiprocessing;

Console.WriteLine($"main {Environment.ProcessId}");
int exit = 0;
try
{
    int offset = 0;
    await using var pool = new ProcessPool(workers: 2);
    foreach ((int number, int square, int process) in pool.Map(x => (x, (x * x) + offset, Environment.ProcessId), [1, 2, 3]))
    {
        Console.WriteLine($"worker {process} {number}^2={square}");
    }
    using var child = new ChildProcess(() =>
    {
        // A foreground thread, which the process waits for.
        new Thread(() =>
        {
            Thread.CurrentThread.Join(200);
            Console.WriteLine("thread done");
        }).Start();
        return 4 + offset;
    });
    child.Start();
    await child.WaitForExitAsync();
    Console.WriteLine($"child {child.Id} {child.ExitCode}");
}
catch (PlatformNotSupportedException e)
{
    Console.WriteLine($"refused: {e.Message}");
    exit = 3;
}
Console.WriteLine($"children {(Children.EverStarted ? "some" : "none")}");
return exit;

internal static class Children
{
    /// <summary>True if this process has a child, or had one: the kernel adds up the page faults of children that were reaped.</summary>
    public static bool EverStarted
    {
        get
        {
            string stat = File.ReadAllText("/proc/self/stat");
            string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            bool reaped = fields[8] != "0";
            return reaped || Directory.EnumerateDirectories("/proc/self/task").Any(task => File.ReadAllText(task + "/children").Length > 0);
        }
    }
}
