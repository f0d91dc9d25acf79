using System.Globalization;

namespace Multiprocessing.Pools;

/// <summary>The two cultures of a thread. Those of the pool's maker are what its workers start with; a task names others only.</summary>
internal sealed record Cultures(CultureInfo Culture, CultureInfo UICulture)
{
    internal static Cultures OfThisThread => new(CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture);

    /// <summary>Whether this thread has the same ones. Compares references first: this is asked for every task.</summary>
    internal bool AreCurrent() => Same(CultureInfo.CurrentCulture, Culture) && Same(CultureInfo.CurrentUICulture, UICulture);

    internal void MakeCurrent()
    {
        CultureInfo.CurrentCulture = Culture;
        CultureInfo.CurrentUICulture = UICulture;
    }

    private static bool Same(CultureInfo left, CultureInfo right) =>
        ReferenceEquals(left, right) || string.Equals(left.Name, right.Name, StringComparison.Ordinal);
}
