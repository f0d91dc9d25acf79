using System.Globalization;

namespace Multiprocessing.Platform;

/// <summary>How a process ended: its exit code, the signal that killed it as a negative number, or unknown.</summary>
/// <param name="Code">0 to 255, or -N for signal N; meaningless if not <paramref name="IsKnown"/>.</param>
/// <param name="IsKnown">False where somebody else in this process took the exit code from the kernel first.</param>
internal readonly record struct ExitStatus(int Code, bool IsKnown)
{
    public static ExitStatus Unknown => new(0, IsKnown: false);

    /// <summary>The name of the signal that ended the process, else <see langword="null"/>.</summary>
    public string? SignalName => IsKnown && Code < 0 ? SignalNames.Of(-Code) : null;

    public override string ToString() => !IsKnown
        ? "exit code unknown"
        : SignalName ?? string.Create(CultureInfo.InvariantCulture, $"exit code {Code}");
}
