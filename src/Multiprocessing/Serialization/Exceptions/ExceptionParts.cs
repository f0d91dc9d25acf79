namespace Multiprocessing.Serialization;

/// <summary>What every exception has, taken without failing: its properties are virtual and may throw themselves.</summary>
internal sealed record ExceptionParts(string TypeName, string Message, string? StackTrace, IReadOnlyList<Exception> Inner)
{
    public static ExceptionParts Of(Exception exception) => new(
        exception.GetType().FullName ?? exception.GetType().Name,
        Try(() => exception.Message) ?? string.Empty,
        Try(() => exception.StackTrace),
        exception is AggregateException aggregate ? aggregate.InnerExceptions
        : exception.InnerException is { } inner ? [inner]
        : []);

    private static string? Try(Func<string?> property)
    {
        try
        {
            return property();
        }
        catch (Exception thrown)
        {
            // Reporting an exception must not fail because the exception itself is faulty.
            return $"(its own code threw {thrown.GetType().Name})";
        }
    }
}
