using System.Globalization;
using Multiprocessing.Serialization;

namespace Multiprocessing.Pools;

/// <summary>What a worker is given before its first task: the cultures of the pool's maker, and the initializer.</summary>
internal sealed class WorkerSetup
{
    private readonly byte[] _initializer;
    private readonly PayloadHolds? _holds;

    private WorkerSetup(Cultures cultures, byte[] initializer, PayloadHolds? holds)
    {
        Cultures = cultures;
        _initializer = initializer;
        _holds = holds;
    }

    internal Cultures Cultures { get; }

    /// <summary>Serializes the initializer, so that what is wrong with it surfaces where the pool is made.</summary>
    internal static WorkerSetup Create(Action? initializer) =>
        initializer is null
            ? new WorkerSetup(Cultures.OfThisThread, [], null)
            : new WorkerSetup(Cultures.OfThisThread, SelfContainedPayload.Serialize(initializer, out var holds), holds);

    internal static WorkerSetup FromBytes(ReadOnlySpan<byte> bytes)
    {
        var reader = new PayloadReader(bytes, IncomingSymbols.None);
        var culture = CultureInfo.GetCultureInfo(reader.ReadString() ?? "");
        var uiCulture = CultureInfo.GetCultureInfo(reader.ReadString() ?? "");
        return new WorkerSetup(new Cultures(culture, uiCulture), reader.ReadBytes(), null);
    }

    internal byte[] ToBytes()
    {
        var writer = PayloadWriter.Rent();
        try
        {
            writer.WriteString(Cultures.Culture.Name);
            writer.WriteString(Cultures.UICulture.Name);
            writer.WriteBytes(_initializer);
            return writer.Written.ToArray();
        }
        finally
        {
            writer.Return();
        }
    }

    /// <summary>No worker will be given this any more: lets go of what the initializer refers to.</summary>
    internal void Release() => _holds?.Dispose();

    /// <summary>Runs the initializer, if there is one; what it throws comes out.</summary>
    internal void RunInitializer()
    {
        if (_initializer.Length > 0)
        {
            SelfContainedPayload.Deserialize<Action>(_initializer)();
        }
    }
}
