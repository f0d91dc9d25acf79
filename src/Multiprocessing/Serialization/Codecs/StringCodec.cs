using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;

namespace Multiprocessing.Serialization;

/// <summary>
/// Strings: 0 for null, else 1 + (length in code units * 4 + form), then the code units. Copies, not references: comparing
/// identities of strings is not something that code relies on.
/// </summary>
internal sealed class StringCodec : Codec<string>
{
    private const int Ascii = 0;
    private const int Utf16 = 1;
    private const int Utf16Separate = 2;

    public override bool IsSelfContained => true;

    public override void Write(PayloadWriter writer, string value) => WriteString(writer, value);

    public override string Read(ref PayloadReader reader) => ReadString(ref reader)!;

    public override void WriteObject(PayloadWriter writer, object value) => WriteString(writer, (string)value);

    public override object ReadObject(ref PayloadReader reader) =>
        ReadString(ref reader) ?? throw new PayloadException("A string is missing.");

    public static void WriteString(PayloadWriter writer, string? value)
    {
        if (value is null)
        {
            writer.WriteByte(0);
            return;
        }

        ulong length = (ulong)value.Length * 4 + 1;
        ReadOnlySpan<byte> wide = MemoryMarshal.AsBytes(value.AsSpan());
        if (writer.TakesOutOfBand(wide.Length))
        {
            writer.WriteVarUInt(length + Utf16Separate);
            writer.TryWriteOutOfBand(wide);
        }
        else if (System.Text.Ascii.IsValid(value))
        {
            writer.WriteVarUInt(length + Ascii);
            System.Text.Ascii.FromUtf16(value, writer.Append(value.Length), out _);
        }
        else
        {
            writer.WriteVarUInt(length + Utf16);
            wide.CopyTo(writer.Append(wide.Length));
        }
    }

    public static string? ReadString(ref PayloadReader reader)
    {
        ulong header = reader.ReadVarUInt();
        if (header == 0)
        {
            return null;
        }

        ulong length = (header - 1) / 4;
        int form = (int)((header - 1) % 4);
        if (length > int.MaxValue / 2)
        {
            throw new PayloadException("A string is longer than strings can be.");
        }

        int count = (int)length;
        return form switch
        {
            Ascii => Encoding.Latin1.GetString(reader.Take(count)),
            Utf16 => FromUtf16(reader.Take(count * 2)),
            Utf16Separate => FromUtf16(reader.GetLargeBuffer(reader.ReadVarUInt(), count * 2L)),
            _ => throw new PayloadException("A string has an unknown form."),
        };
    }

    // The bytes may lie at an odd address, which a span of chars must not.
    private static string FromUtf16(ReadOnlySpan<byte> bytes)
    {
        string value = new('\0', bytes.Length / 2);
        bytes.CopyTo(MemoryMarshal.AsBytes(MemoryMarshal.CreateSpan(ref MemoryMarshal.GetReference(value.AsSpan()), value.Length)));
        return value;
    }
}
