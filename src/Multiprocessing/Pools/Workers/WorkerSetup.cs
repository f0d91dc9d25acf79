using System.Globalization;
using Multiprocessing.Serialization;

namespace Multiprocessing.Pools;

/// <summary>What a worker is given before its first task: the cultures of the pool's maker, and the initializer.</summary>
internal sealed class WorkerSetup
{
    private readonly byte[] _initializer;

    private WorkerSetup(Cultures cultures, byte[] initializer)
    {
        Cultures = cultures;
        _initializer = initializer;
    }

    internal Cultures Cultures { get; }

    /// <summary>Serializes the initializer, so that what is wrong with it surfaces where the pool is made.</summary>
    internal static WorkerSetup Create(Action? initializer) =>
        new(Cultures.OfThisThread, initializer is null ? [] : SelfContainedPayload.Serialize(initializer));

    internal static WorkerSetup FromBytes(ReadOnlySpan<byte> bytes)
    {
        var reader = new PayloadReader(bytes, IncomingSymbols.None);
        var culture = CultureInfo.GetCultureInfo(reader.ReadString() ?? "");
        var uiCulture = CultureInfo.GetCultureInfo(reader.ReadString() ?? "");
        return new WorkerSetup(new Cultures(culture, uiCulture), reader.ReadBytes());
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

    /// <summary>Runs the initializer, if there is one; what it throws comes out.</summary>
    internal void RunInitializer()
    {
        if (_initializer.Length > 0)
        {
            SelfContainedPayload.Deserialize<Action>(_initializer)();
        }
    }
}
