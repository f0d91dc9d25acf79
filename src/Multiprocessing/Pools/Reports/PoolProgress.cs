using Multiprocessing.Serialization;

namespace Multiprocessing.Pools;

/// <summary>Takes an <see cref="IProgress{T}"/> to a worker, and reports back.</summary>
internal sealed class PoolProgress : ProgressSeam
{
    /// <summary>Makes pools and workers the way for reports of this process.</summary>
    internal static void Install() => Instance ??= new PoolProgress();

    public override long Register<T>(IProgress<T> progress, out IDisposable registration)
    {
        var made = new ProgressRegistration<T>(progress);
        registration = made;
        return made.Token;
    }

    public override Action<T> Open<T>(long token)
    {
        var reports = PoolWorker.Current?.Reports ?? throw new PayloadException("Progress can be reported from the worker of a pool only.");
        return value =>
        {
            var writer = PayloadWriter.Rent();
            try
            {
                writer.WriteByte((byte)ReportKind.Progress);
                writer.WriteInt64(token);
                Serializer.Write(writer, value);
                reports.Send(writer);
            }
            finally
            {
                writer.Return();
            }
        };
    }
}
