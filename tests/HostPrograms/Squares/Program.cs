// Squares numbers in other processes. Prints what the host tests compare, and how many processes it ever started.
using Multiprocessing;

Console.WriteLine($"main {Environment.ProcessId}");
int exit = 0;
try
{
    int factor = 1;
    for (int i = 1; i <= 3; i++)
    {
        int number = i;
        using var child = new ChildProcess(() => number * number * factor);
        child.Start();
        await child.WaitForExitAsync();
        Console.WriteLine($"worker {child.Id} {number}^2={child.ExitCode}");
    }
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
