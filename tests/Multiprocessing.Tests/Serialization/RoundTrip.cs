using Multiprocessing.Serialization;

namespace Multiprocessing.Tests.Serialization;

/// <summary>Sends values through the self-contained form, and through a body with the symbols of another process.</summary>
internal static class RoundTrip
{
    public static T Of<T>(T value)
    {
        // Twice, so that emitted code (from the second use on) is read back as well.
        SelfContained(value);
        ThroughSymbols(value);
        return SelfContained(value);
    }

    public static T SelfContained<T>(T value) => SelfContainedPayload.Deserialize<T>(SelfContainedPayload.Serialize(value));

    public static T ThroughSymbols<T>(T value)
    {
        PayloadWriter writer = PayloadWriter.Rent();
        try
        {
            Serializer.Write(writer, value);
            PayloadReader reader = new(writer.Written, Symbols(writer.HighestSymbol));
            T result = Serializer.Read<T>(ref reader);
            Assert.Equal(0, reader.Remaining);
            return result;
        }
        finally
        {
            writer.Return();
        }
    }

    /// <summary>A fresh table with the definitions that a channel would have sent.</summary>
    public static IncomingSymbols Symbols(int highest)
    {
        IncomingSymbols symbols = new();
        for (int id = 0; id <= highest; id++)
        {
            symbols.Define(id, OutgoingSymbols.Process.GetDefinition(id));
        }

        return symbols;
    }
}
