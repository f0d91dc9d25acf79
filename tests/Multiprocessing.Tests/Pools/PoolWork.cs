using System.Globalization;

namespace Multiprocessing.Tests.Pools;

/// <summary>What the pool's tests let workers do.</summary>
internal static class PoolWork
{
    internal static readonly AsyncLocal<string?> Ambient = new();
    private static int Runs;

    internal static int Double(int x) => 2 * x;

    internal static Task<int> DoubleAsync(int x) => Task.FromResult(2 * x);

    internal static async Task<int> DoubleSlowlyAsync(int x)
    {
        await Task.Delay(1);
        return 2 * x;
    }

    internal static int Add(int x, int y) => x + y;

    internal static string Describe(object? value) => value is null ? "null" : $"{value.GetType().Name}:{value}";

    internal static int FailOn(int x) => x % 2 == 0 ? throw new ArgumentException($"no {x}", nameof(x)) : x;

    internal static void Throw() => throw new FormatException("as told");

    internal static async Task ThrowAsync()
    {
        await Task.Yield();
        throw new FormatException("as told, later");
    }

    internal static string Culture() => $"{CultureInfo.CurrentCulture.Name}/{CultureInfo.CurrentUICulture.Name}";

    internal static void SetCulture(string name) => CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(name);

    /// <summary>Gives way to its token.</summary>
    internal static int WaitForToken(string started, CancellationToken token)
    {
        File.WriteAllText(started, "");
        token.WaitHandle.WaitOne();
        token.ThrowIfCancellationRequested();
        return 0;
    }

    /// <summary>Takes a token and does not heed it; ends when a file is deleted, at the latest after some seconds.</summary>
    internal static int IgnoreToken(string running, CancellationToken token) => Linger(running) + (token.CanBeCanceled ? 1 : 0);

    /// <summary>Makes a file and runs until it is deleted, at the latest after some seconds.</summary>
    internal static int Linger(string running)
    {
        File.WriteAllText(running, "");
        SpinWait.SpinUntil(() => !File.Exists(running), TimeSpan.FromSeconds(20));
        return 0;
    }

    /// <summary>The first one, 0, runs until the last one has made a file, at the latest after some seconds.</summary>
    internal static int MeetLast(int number, int last, string file)
    {
        if (number == last)
        {
            File.WriteAllText(file, "");
        }
        return number != 0 || SpinWait.SpinUntil(() => File.Exists(file), TimeSpan.FromSeconds(20)) ? number : -1;
    }

    /// <summary>Returns the culture that it finds, and leaves another one behind.</summary>
    internal static string ChangeCulture(int item)
    {
        var name = CultureInfo.CurrentCulture.Name;
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(item % 2 == 0 ? "fr-FR" : "ja-JP");
        return name;
    }

    internal static int FailEverySevenHundred(int x) =>
        x > 0 && x % 700 == 0 ? throw new FormatException(x.ToString(CultureInfo.InvariantCulture)) : x;

    internal static int Touch(string path)
    {
        if (path.Length > 0)
        {
            File.WriteAllText(path, "");
        }
        return path.Length;
    }

    internal static int CountInThisWorker(int item) => item < 0 ? 0 : Interlocked.Increment(ref Runs);

    internal static Thread Unserializable() => Thread.CurrentThread;

    internal static int Spin(int microseconds)
    {
        var start = System.Diagnostics.Stopwatch.GetTimestamp();
        while (System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalMicroseconds < microseconds)
        {
        }
        return microseconds;
    }

    /// <summary>Ends when a task has made a file.</summary>
    internal static async Task WaitForFileAsync(string path)
    {
        while (!File.Exists(path))
        {
            await Task.Delay(1);
        }
    }
}
