namespace Multiprocessing.Pools;

/// <summary>The rules that several options share.</summary>
internal static class OptionGuard
{
    /// <summary>The longest finite time-out, as everywhere in .NET: <see cref="int.MaxValue"/> milliseconds.</summary>
    private const long LongestTimeoutMilliseconds = int.MaxValue;

    internal static TimeSpan Timeout(TimeSpan value)
    {
        if (value != System.Threading.Timeout.InfiniteTimeSpan)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, TimeSpan.FromMilliseconds(LongestTimeoutMilliseconds));
        }
        return value;
    }

    internal static TEnum Defined<TEnum>(TEnum value)
        where TEnum : struct, Enum => Enum.IsDefined(value) ? value : throw new ArgumentOutOfRangeException(nameof(value), value, null);

    internal static int? AtLeastOne(int? value)
    {
        if (value is { } number)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(number, 1, nameof(value));
        }
        return value;
    }
}
