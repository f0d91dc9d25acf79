namespace Multiprocessing.Serialization;

/// <summary>
/// Stands for an <see cref="IProgress{T}"/> of another process. A <see cref="Progress{T}"/>, because that is what variables of user code are
/// declared as.
/// </summary>
internal sealed class RemoteProgress<T>(Action<T> report) : Progress<T>
{
    protected override void OnReport(T value) => report(value);
}
