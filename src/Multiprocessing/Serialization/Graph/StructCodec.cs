namespace Multiprocessing.Serialization;

/// <summary>Structs that refer to objects, field by field.</summary>
internal sealed class StructCodec<T> : ValueCodec<T>
    where T : struct
{
    private readonly StructFields<T> _fields = new(InstanceFields.Of(typeof(T)));
    private int _leastSize = -1;

    /// <summary>The sum of the fields, but at least 1 per element of a collection must be paid by the payload.</summary>
    public override int LeastSize
    {
        get
        {
            if (_leastSize < 0)
            {
                _leastSize = 1;
                _leastSize = Math.Max(1, _fields.Codecs.Sum(codec => codec.LeastSize));
            }

            return _leastSize;
        }
    }

    public override bool IsSelfContained => Array.TrueForAll(_fields.Codecs, codec => codec.IsSelfContained);

    public override void Write(PayloadWriter writer, T value)
    {
        if (_fields.Count == 0)
        {
            writer.WriteByte(0);
            return;
        }

        _fields.Write(writer, ref value);
    }

    public override T Read(ref PayloadReader reader)
    {
        T value = default;
        if (_fields.Count == 0)
        {
            reader.ReadByte();
        }
        else
        {
            _fields.Read(ref reader, ref value);
        }

        return value;
    }
}
