using System.Collections;
using System.Globalization;
using System.Net;
using System.Numerics;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;

namespace Multiprocessing.Tests.Serialization;

public abstract partial class ScalarContract(bool emitted) : FieldAccess(emitted)
{
    public enum Tiny : byte { None, Last = 255 }

    public enum Signed : long { Least = long.MinValue }

    private static void Same<T>(T value)
    {
        Assert.Equal(value, RoundTrip.Of(value));
        object? boxed = RoundTrip.Of<object?>(value);
        Assert.Equal(value, (T?)boxed);
        Assert.Equal(value is null ? null : value.GetType(), boxed?.GetType());
        Assert.Equal([value, value], RoundTrip.Of<T[]>([value, value]));
    }

    [Fact]
    public void Numbers_arrive()
    {
        Same(true);
        Same((byte)200);
        Same((sbyte)-100);
        Same((short)-30000);
        Same((ushort)60000);
        Same(int.MinValue);
        Same(uint.MaxValue);
        Same(long.MinValue);
        Same(ulong.MaxValue);
        Same((nint)(-5));
        Same((nuint)5);
        Same(1.5f);
        Same(double.NaN);
        Same(-0.0);
        Same((Half)2.5);
        Same(Int128.MinValue);
        Same(UInt128.MaxValue);
        Same(79228162514264337593543950335m);
        Same(1.10m);
        Same(BigInteger.Pow(-7, 300));
        Same(new Complex(1, -2));
        Same(new Vector3(1, 2, 3));
        Same(Matrix4x4.Identity);
        Same(new System.Drawing.Rectangle(1, 2, 3, 4));
    }

    [Fact]
    public void Characters_and_text_arrive()
    {
        Same('ß');
        Same(new Rune(0x1F600));
        Same(string.Empty);
        Same("plain");
        Same("grün, 漢字, 😀");
        Same("a lone surrogate: \ud800.");
        Same(new string('x', 100_000));
        Assert.Null(RoundTrip.Of<string?>(null));
        Assert.Equal("built", RoundTrip.Of(new StringBuilder("built")).ToString());
    }

    [Fact]
    public void Times_arrive_with_their_kind()
    {
        foreach (DateTimeKind kind in Enum.GetValues<DateTimeKind>())
        {
            DateTime time = new(2026, 11, 23, 23, 59, 59, kind);
            Same(time);
            Assert.Equal(kind, RoundTrip.Of(time).Kind);
        }

        Same(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromMinutes(-210)));
        Same(DateOnly.MaxValue);
        Same(TimeOnly.MaxValue);
        Same(TimeSpan.MinValue);
        Same(TimeZoneInfo.Utc);
        Same(TimeZoneInfo.Local);
        Same(TimeZoneInfo.CreateCustomTimeZone("mine", TimeSpan.FromHours(2), "Mine", "Mine"));
    }

    [Fact]
    public void Enums_nullables_indices_and_identifiers_arrive()
    {
        Same(Tiny.Last);
        Same(Signed.Least);
        Same((int?)3);
        Assert.Null(RoundTrip.Of<int?>(null));
        Same((DateTime?)new DateTime(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Assert.Equal([1, null, 3], RoundTrip.Of<int?[]>([1, null, 3]));
        Same(^3);
        Same(2..^1);
        Same(Guid.NewGuid());
        Same(new Version(1, 2, 3));
        Same(DBNull.Value);
        Same(ValueTuple.Create());
    }

    [Fact]
    public void Addresses_cultures_and_patterns_arrive()
    {
        Same(new Uri("https://example.org/a?b=c#d"));
        Same(new Uri("/relative/path", UriKind.Relative));
        Same(IPAddress.Parse("10.1.2.3"));
        Assert.Equal(IPAddress.Loopback, RoundTrip.Of(IPAddress.Loopback));
        Same(IPAddress.Parse("fe80::1%3"));
        Same(new IPEndPoint(IPAddress.Any, 65535));
        Same(CultureInfo.GetCultureInfo("de-DE"));
        Same(CultureInfo.InvariantCulture);
        Assert.True(RoundTrip.Of(CultureInfo.InvariantCulture).IsReadOnly);

        Regex regex = RoundTrip.Of(new Regex("^a+$", RegexOptions.IgnoreCase, TimeSpan.FromSeconds(3)));
        Assert.Matches(regex, "AAA");
        Assert.Equal(RegexOptions.IgnoreCase, regex.Options);
        Assert.Equal(TimeSpan.FromSeconds(3), regex.MatchTimeout);
        Assert.Matches(RoundTrip.Of(Generated()), "b42");
    }

    [Fact]
    public void Encodings_and_bits_arrive()
    {
        Assert.Equal(Encoding.UTF8.Preamble.Length, RoundTrip.Of(Encoding.UTF8).Preamble.Length);
        Assert.Equal(0, RoundTrip.Of<Encoding>(new UTF8Encoding(false)).Preamble.Length);
        Assert.Throws<DecoderFallbackException>(() => RoundTrip.Of(new UTF8Encoding(false, true)).GetString([0xFF]));
        Assert.Equal(Encoding.Latin1, RoundTrip.Of(Encoding.Latin1));
        Assert.Equal(Encoding.BigEndianUnicode.CodePage, RoundTrip.Of(Encoding.BigEndianUnicode).CodePage);
        foreach (int length in (int[])[0, 1, 8, 13])
        {
            BitArray bits = new(length, true);
            Assert.Equal(bits.Cast<bool>(), RoundTrip.Of(bits).Cast<bool>());
        }
    }

    [Fact]
    public void Types_and_members_arrive_as_themselves()
    {
        Same(typeof(int));
        Same(typeof(Dictionary<string, List<Tiny>[,]>));
        Same(typeof(List<>));
        Same(typeof(Tiny[][]));
        Same(typeof(int[]).MakeArrayType(1));
        Same(typeof(ScalarContract).Assembly);
        Type list = typeof(List<Tiny>);
        Same(list.GetMethod("Add")!);
        Same(list.GetConstructor([typeof(int)])!);
        Same(list.GetProperty("Count")!);
        Same<FieldInfo>(typeof(Signed).GetField("Least")!);
        Same(typeof(Enumerable).GetMethod("Empty")!.MakeGenericMethod(typeof(Tiny)));
        Same(typeof(Enumerable).GetMethod("Empty")!);
        Same<MemberInfo>(typeof(string));
        Same(typeof(Console).GetEvent("CancelKeyPress")!);
    }

    [GeneratedRegex("^b[0-9]+$")]
    private static partial Regex Generated();
}

public sealed class EmittedScalarTests() : ScalarContract(true);

public sealed class ReflectedScalarTests() : ScalarContract(false);
