using System.Globalization;

namespace Multiprocessing.Processes;

/// <summary>
/// The one variable that marks a process as started by this library, until its bootstrap has taken over and removed it:
/// <c>version:depth:parent id:parent start time:descriptor</c>.
/// </summary>
/// <remarks>
/// A process that still has it when the library is first used was not taken over: it runs the program's <c>Main</c> a second time,
/// which would start processes that do the same. It must end, and start nothing.
/// </remarks>
internal readonly record struct WorkerGuard(int Version, int Depth, int ParentId, long ParentStartTime, int Descriptor)
{
    public const string Variable = "MULTIPROCESSING_WORKER";

    /// <summary>How deep processes may start processes. Real trees are flat; what gets here runs away.</summary>
    public const int DeepestLevel = 64;

    /// <summary>The exit code of a process that could not be taken over, or refused its claim (EX_SOFTWARE of sysexits.h).</summary>
    public const int FailedStartCode = 70;

    // Set before the variable is removed, so that no thread can see the one without the other.
    private static volatile bool Claimed;

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Version}:{Depth}:{ParentId}:{ParentStartTime}:{Descriptor}");

    /// <exception cref="InvalidDataException">The variable was not written by this library.</exception>
    public static WorkerGuard Parse(ReadOnlySpan<char> text)
    {
        Span<long> numbers = stackalloc long[5];
        for (int i = 0; i < numbers.Length; i++)
        {
            int end = i == numbers.Length - 1 ? text.Length : text.IndexOf(':');
            if (end < 0 || !long.TryParse(text[..end], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i]))
            {
                throw new InvalidDataException($"The variable {Variable} is damaged.");
            }
            text = i == numbers.Length - 1 ? [] : text[(end + 1)..];
        }
        return new WorkerGuard((int)numbers[0], (int)numbers[1], (int)numbers[2], numbers[3], (int)numbers[4]);
    }

    public static void MarkClaimed() => Claimed = true;

    /// <summary>Ends a process that should have been taken over and was not. Called before anything of this library is used.</summary>
    public static void EndIfUnclaimed()
    {
        if (!Claimed && Environment.GetEnvironmentVariable(Variable) is not null)
        {
            ChildBootstrap.Fail(
                "this process was started as a worker, but its runtime did not run the startup hook, so the program's Main ran again. It ends here and starts nothing.");
        }
    }
}
