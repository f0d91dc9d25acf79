namespace Compare;

/// <summary>
/// <c>Compare AREA... [--quick] [--json FILE]</c>: measures areas of the library beside its peers, alternately in one run, and prints
/// medians, the limit that the machine itself sets, and whether the budget is met.
/// </summary>
internal static class Program
{
    private static int Main(string[] args)
    {
        var start = Stopwatch.GetTimestamp();
        if (args is [var mode, ..] && mode.StartsWith("--inner-", StringComparison.Ordinal))
        {
            return InnerPrograms.Run(mode, args[1..], start);
        }
        if (!Arguments.TryParse(args, out var arguments, out var problem))
        {
            Console.Error.WriteLine(problem);
            return 2;
        }
        return Session.Run(arguments);
    }
}
