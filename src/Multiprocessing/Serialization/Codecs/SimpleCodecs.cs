namespace Multiprocessing.Serialization;

internal delegate T ReadValue<out T>(ref PayloadReader reader)
    where T : allows ref struct;

/// <summary>A class that is written as a few plain values, in which nothing else of the graph can occur.</summary>
internal sealed class SimpleCodec<T>(Action<PayloadWriter, T> write, ReadValue<T> read) : LateReferenceCodec<T>
    where T : class
{
    public override bool IsSelfContained => true;

    protected override bool Nests => false;

    protected override void WriteLate(PayloadWriter writer, T value) => write(writer, value);

    protected override T ReadLate(ref PayloadReader reader) => read(ref reader);
}

/// <summary>A struct that is written as a few plain values.</summary>
internal sealed class SimpleValueCodec<T>(int leastSize, Action<PayloadWriter, T> write, ReadValue<T> read) : ValueCodec<T>
    where T : struct
{
    public override int LeastSize => leastSize;

    public override bool IsSelfContained => true;

    public override void Write(PayloadWriter writer, T value) => write(writer, value);

    public override T Read(ref PayloadReader reader) => read(ref reader);
}
