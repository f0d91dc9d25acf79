using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Multiprocessing;

namespace Tour;

/// <summary>Four tasks that would end this program if they ran in it.</summary>
internal static partial class Mishaps
{
    /// <summary>Runs them all and tells what became of each.</summary>
    /// <returns>Whether everything went wrong as it should, and the pool still works.</returns>
    public static async Task<bool> ShowAsync(ProcessPool pool)
    {
        Console.WriteLine();
        Console.WriteLine("Four tasks that go wrong on purpose:");
        bool asExpected = await ShowAsync<WorkerDiedException>("native segmentation fault", () => pool.RunAsync(SegmentationFault))
            & await ShowAsync<WorkerDiedException>("stack overflow", () => pool.RunAsync(() => Overflow(0)))
            & await ShowAsync<OperationCanceledException>("endless loop, cancelled after 300 ms", () => CancelledLoopAsync(pool))
            & await ShowAsync<WorkerDiedException>("Environment.FailFast", () => pool.RunAsync(() => Environment.FailFast("on purpose")));

        int answer = await pool.RunAsync(static (int x) => x * 7, 6);
        Console.WriteLine($"The pool still works: 6 x 7 = {answer}, and this process is {Environment.ProcessId} as before.");
        return asExpected && answer == 42;
    }

    private static async Task<bool> ShowAsync<TExpected>(string name, Func<Task> start)
        where TExpected : Exception
    {
        long begin = Stopwatch.GetTimestamp();
        try
        {
            await start();
            Console.WriteLine($"  {name}: ended well, which it should not.");
            return false;
        }
        catch (Exception e)
        {
            string message = e.Message.Split('\n')[0].TrimEnd();
            Console.WriteLine($"  {name}: {e.GetType().Name} after {Stopwatch.GetElapsedTime(begin).TotalMilliseconds:0} ms: {message}");
            return e is TExpected;
        }
    }

    private static async Task CancelledLoopAsync(ProcessPool pool)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        await pool.RunAsync(LoopForEver, cancellationToken: limit.Token);
    }

    private static void LoopForEver()
    {
        while (true)
        {
        }
    }

    private static void SegmentationFault() => StringLength(1);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Overflow(int depth) => depth < 0 ? depth : Overflow(depth + 1) + 1;

    [LibraryImport("libc", EntryPoint = "strlen")]
    private static partial nint StringLength(nint address);
}
