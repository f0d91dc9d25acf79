namespace Multiprocessing.Serialization;

/// <summary>
/// How an <see cref="IProgress{T}"/> goes to another process: not itself, but a token by which reports find the way back. A layer above this
/// one knows the way.
/// </summary>
internal abstract class ProgressSeam
{
    /// <summary>Set before anything is written or read that could hold one; null while nobody could take reports.</summary>
    public static ProgressSeam? Instance { get; set; }

    /// <summary>Takes reports for the object until <paramref name="registration"/> is disposed of.</summary>
    /// <returns>The token.</returns>
    public abstract long Register<T>(IProgress<T> progress, out IDisposable registration);

    /// <summary>What sends reports to the object that the token stands for.</summary>
    /// <exception cref="PayloadException">From this process there is no way back.</exception>
    public abstract Action<T> Open<T>(long token);
}
