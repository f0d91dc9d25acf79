using System.Globalization;

namespace Multiprocessing.Platform.Linux;

/// <summary>
/// The name of a worker's control group: who made it, so that whoever finds it later can tell whether that process is still there.
/// </summary>
/// <param name="Creator">The id of the process that made it.</param>
/// <param name="CreatorStart">When that started, in the kernel's ticks.</param>
/// <param name="Number">Which one of that process's groups it is.</param>
internal readonly record struct GroupName(int Creator, long CreatorStart, long Number)
{
    public const string Prefix = "multiprocessing-";

    private static long Last;

    public static GroupName Next() =>
        new(Environment.ProcessId, Kernel.Lifetime.StartTimeOf(Environment.ProcessId), Interlocked.Increment(ref Last));

    public bool IsOfDead => Kernel.Lifetime.StartTimeOf(Creator) != CreatorStart;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Creator}-{CreatorStart}-{Number}");

    public static bool TryParse(string folder, out GroupName name)
    {
        name = default;
        if (!folder.StartsWith(Prefix, StringComparison.Ordinal) || folder[Prefix.Length..].Split('-') is not [var creator, var start, var number]
            || !int.TryParse(creator, NumberStyles.None, CultureInfo.InvariantCulture, out int id)
            || !long.TryParse(start, NumberStyles.None, CultureInfo.InvariantCulture, out long time)
            || !long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long count))
        {
            return false;
        }

        name = new GroupName(id, time, count);
        return true;
    }
}
