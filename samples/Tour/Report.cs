namespace Tour;

/// <summary>The tour's findings, for people.</summary>
internal static class Report
{
    private const int Shown = 10;

    public static void Print(IReadOnlyList<FileFacts> facts, string directory)
    {
        Console.WriteLine();
        Console.WriteLine($"{"Brotli",8} {"entropy",8} {"bytes",12}  {"sha-256",-12}  the {Shown} most compressible files");
        foreach (FileFacts fact in facts.Where(f => f.Size > 0).OrderBy(f => f.BrotliRatio).ThenBy(f => f.Path, StringComparer.Ordinal).Take(Shown))
        {
            Console.WriteLine(
                $"{fact.BrotliRatio,8:P1} {fact.Entropy,8:0.000} {fact.Size,12:N0}  {fact.Sha256[..12]}  {Path.GetRelativePath(directory, fact.Path)}");
        }

        long size = facts.Sum(f => f.Size);
        double compressed = facts.Sum(f => f.Size * f.BrotliRatio);
        Console.WriteLine();
        Console.WriteLine(
            $"Together: {facts.Count:N0} files, {size:N0} bytes, {(size == 0 ? 1 : compressed / size):P1} of that compressed, "
            + $"mean entropy {(facts.Count == 0 ? 0 : facts.Average(f => f.Entropy)):0.000} bits per byte.");
    }
}
