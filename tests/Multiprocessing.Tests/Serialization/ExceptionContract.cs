using System.ComponentModel;
using System.Net.Sockets;

namespace Multiprocessing.Tests.Serialization;

public abstract class ExceptionContract(bool emitted) : FieldAccess(emitted)
{
#pragma warning disable CA1032, CA1064
    public sealed class OrderException(int order, List<string> lines) : InvalidOperationException($"order {order} failed")
    {
        private readonly List<string> _lines = lines;

        public int Order { get; } = order;

        public string FirstLine => _lines[0];
    }

    public sealed class HoldsStreamException(Stream stream) : Exception("holds a stream")
    {
        public Stream Stream { get; } = stream;
    }

    public sealed class FaultyException : Exception
    {
        public override string Message => throw new NotSupportedException();
    }

    public sealed class BrokenLinkException : Exception
    {
        public override string? HelpLink
        {
            get => throw new NotSupportedException();
            set => base.HelpLink = value;
        }
    }

#pragma warning restore CA1032, CA1064

    private static TException Thrown<TException>(TException exception)
        where TException : Exception
    {
        try
        {
            throw exception;
        }
        catch (TException caught)
        {
            return caught;
        }
    }

    [Fact]
    public void Type_message_and_derived_state_arrive()
    {
        OrderException copy = RoundTrip.Of(Thrown(new OrderException(7, ["first"])));
        Assert.Equal("order 7 failed", copy.Message);
        Assert.Equal(7, copy.Order);
        Assert.Equal("first", copy.FirstLine);
        Assert.IsType<OrderException>(RoundTrip.Of<Exception>(copy));
        Assert.IsType<OrderException>(RoundTrip.Of<object>(copy));
    }

    [Fact]
    public void Exceptions_of_the_framework_keep_their_state()
    {
        ArgumentOutOfRangeException argument = RoundTrip.Of(Thrown(new ArgumentOutOfRangeException("count", "too many")));
        Assert.Equal("count", argument.ParamName);
        Assert.Equal("too many (Parameter 'count')", argument.Message);
        Assert.Equal("f.txt", RoundTrip.Of(new FileNotFoundException("gone", "f.txt")).FileName);
        Assert.Equal(13, RoundTrip.Of(new Win32Exception(13)).NativeErrorCode);
        Assert.Equal(SocketError.TimedOut, RoundTrip.Of(new SocketException((int)SocketError.TimedOut)).SocketErrorCode);
        Assert.Equal("pool", RoundTrip.Of(new ObjectDisposedException("pool")).ObjectName);
        using CancellationTokenSource source = new();
        Assert.Equal("stop", RoundTrip.Of(new OperationCanceledException("stop", source.Token)).Message);
        Assert.Equal(new KeyNotFoundException().Message, RoundTrip.Of(new KeyNotFoundException()).Message);
    }

    [Fact]
    public void Inner_exceptions_data_and_details_arrive()
    {
        Exception exception = new IOException("outer", Thrown(new FormatException("inner")))
        {
            HelpLink = "https://example.org",
            Source = "test",
            HResult = 42,
        };
        exception.Data["key"] = new List<int> { 1, 2 };
        exception.Data["stream"] = Stream.Null;
        Exception copy = RoundTrip.Of(exception);
        Assert.IsType<IOException>(copy);
        Assert.IsType<FormatException>(copy.InnerException);
        Assert.Contains(nameof(Thrown), copy.InnerException.StackTrace, StringComparison.Ordinal);
        Assert.Equal("https://example.org", copy.HelpLink);
        Assert.Equal("test", copy.Source);
        Assert.Equal(42, copy.HResult);
        Assert.Equal([1, 2], (List<int>)copy.Data["key"]!);
        Assert.IsType<string>(copy.Data["stream"]);
    }

    [Fact]
    public void Aggregates_arrive_with_all_their_exceptions()
    {
        AggregateException copy = RoundTrip.Of(new AggregateException("several", new FormatException("a"), new IOException("b")));
        Assert.Equal(["a", "b"], copy.InnerExceptions.Select(inner => inner.Message));
        Assert.Equal("several (a) (b)", copy.Message);
    }

    [Fact]
    public void A_rethrown_exception_shows_the_remote_stack_and_the_local_one()
    {
        Exception copy = RoundTrip.SelfContained<Exception>(Thrown(new OrderException(1, ["x"])));
        Exception rethrown = Assert.ThrowsAny<Exception>((Action)(() => throw copy));
        Assert.Contains(nameof(Thrown), rethrown.StackTrace, StringComparison.Ordinal);
        Assert.Contains(nameof(A_rethrown_exception_shows_the_remote_stack_and_the_local_one), rethrown.StackTrace, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("PainPoint", "43")]
    public void What_cannot_be_rebuilt_arrives_as_a_RemoteException()
    {
        RemoteException copy = Assert.IsType<RemoteException>(RoundTrip.SelfContained<Exception>(Thrown(new HoldsStreamException(Stream.Null))));
        Assert.Equal("holds a stream", copy.Message);
        Assert.Equal(typeof(HoldsStreamException).FullName, copy.RemoteTypeName);
        Assert.Contains(nameof(Thrown), copy.RemoteStackTrace, StringComparison.Ordinal);
        Assert.Contains(nameof(HoldsStreamException), copy.ToString(), StringComparison.Ordinal);

        RemoteException again = Assert.IsType<RemoteException>(RoundTrip.Of<Exception>(copy));
        Assert.Equal(copy.RemoteTypeName, again.RemoteTypeName);
        Assert.Equal(copy.RemoteStackTrace, again.RemoteStackTrace);
    }

    [Fact]
    public void A_faulty_exception_does_not_fail_its_report()
    {
        Assert.IsAssignableFrom<Exception>(RoundTrip.Of<Exception>(new FaultyException()));
        Assert.IsType<RemoteException>(RoundTrip.Of<Exception>(new BrokenLinkException()));
    }

    [Fact]
    public void The_librarys_own_exceptions_arrive()
    {
        UnserializableException refused = Assert.Throws<UnserializableException>(() => RoundTrip.Of(new object[] { Stream.Null }));
        Assert.Equal(refused.Message, RoundTrip.Of(refused).Message);
        Assert.Equal("bad", RoundTrip.Of(new PayloadException("bad")).Message);
    }

    [Fact]
    public void Long_chains_of_inner_exceptions_arrive()
    {
        Exception chain = new InvalidOperationException("0");
        for (int i = 1; i < 2000; i++)
        {
            chain = new InvalidOperationException($"{i}", chain);
        }

        Assert.Equal("1999", RoundTrip.SelfContained(chain).Message);
    }
}

public sealed class EmittedExceptionTests() : ExceptionContract(true);

public sealed class ReflectedExceptionTests() : ExceptionContract(false);
