namespace Compare;

/// <summary>One changing line on a terminal; nothing elsewhere.</summary>
internal static class Progress
{
    internal static void Show(string area, int round, int rounds, string row) =>
        Write($"{area}: round {round + 1} of {rounds}: {row}");

    internal static void Clear() => Write("");

    private static void Write(string text)
    {
        if (!Console.IsErrorRedirected)
        {
            Console.Error.Write($"\r{text,-100}\r{text}");
        }
    }
}
