using System.Diagnostics;
using System.Linq.Expressions;
using System.Net.Sockets;
using Multiprocessing.Serialization;

namespace Multiprocessing.Tests.Serialization;

public abstract class RefusalContract(bool emitted) : FieldAccess(emitted)
{
    public sealed class Job
    {
        public string? Name { get; set; }

        public Log? Log { get; set; }
    }

    public sealed class Log
    {
        private readonly object?[] _targets = new object?[4];

        public void Set(int index, object value) => _targets[index] = value;
    }

    public sealed class MyStream : MemoryStream;

    public unsafe struct Pointing
    {
        public int* Address { get; set; }
    }

    public sealed class Asks(HttpClient client)
    {
        public HttpClient Client { get; } = client;
    }

    private static string Refused<T>(T value)
    {
        // Three times: by reflection, by emitted code, and with everything cached.
        _ = Assert.Throws<UnserializableException>(() => SelfContainedPayload.Serialize(value));
        _ = Assert.Throws<UnserializableException>(() => SelfContainedPayload.Serialize(value));
        return Assert.Throws<UnserializableException>(() => SelfContainedPayload.Serialize(value)).Message;
    }

    private static IEnumerable<int> Iterator()
    {
        yield return 1;
    }

    [Fact]
    public void The_message_names_the_way_the_type_and_what_to_do()
    {
        Log log = new();
        log.Set(2, new MemoryStream());
        Job job = new() { Name = "nightly", Log = log };
        Func<string?> lambda = () => job.Name;
        string message = Refused(lambda);
        Assert.StartsWith("Cannot send captured variable `job` → field `Log` → field `_targets` → element [2] of type `System.IO.MemoryStream`: ", message, StringComparison.Ordinal);
        Assert.Contains("open it in the other process", message, StringComparison.Ordinal);
        Assert.Contains("value of key \"k\"", Refused(new Dictionary<string, object> { ["k"] = Stream.Null }), StringComparison.Ordinal);
        Assert.Contains("key number 0", Refused(new Dictionary<object, int> { [Stream.Null] = 1 }), StringComparison.Ordinal);
        Assert.Contains("field `Item2`", Refused((1, Stream.Null)), StringComparison.Ordinal);
    }

    [Fact]
    public void Handles_are_refused()
    {
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        using Process process = Process.GetCurrentProcess();
        using HttpClient client = new();
        Assert.Contains("operating system", Refused(socket), StringComparison.Ordinal);
        Assert.Contains("operating system", Refused(process), StringComparison.Ordinal);
        Assert.Contains("operating system", Refused(socket.SafeHandle), StringComparison.Ordinal);
        Assert.Contains("operating system", Refused(new MyStream()), StringComparison.Ordinal);
        Assert.Contains("operating system", Refused(Console.Out), StringComparison.Ordinal);
        Assert.Contains("field `Client`", Refused(new Asks(client)), StringComparison.Ordinal);
    }

    [Fact]
    public void Tasks_tokens_and_locks_are_refused_with_what_to_use()
    {
        using CancellationTokenSource source = new();
        using SemaphoreSlim semaphore = new(1);
        using Timer timer = new(_ => { });
        using ManualResetEvent reset = new(false);
        Assert.Contains("await", Refused(Task.FromResult(1)), StringComparison.Ordinal);
        Assert.Contains("await", Refused(Task.Delay(0)), StringComparison.Ordinal);
        Assert.Contains("parameter", Refused(source), StringComparison.Ordinal);
        Assert.Contains("parameter", Refused(source.Token), StringComparison.Ordinal);
        Assert.Contains("ProcessLock", Refused(semaphore), StringComparison.Ordinal);
        Assert.Contains("ProcessLock", Refused(new Lock()), StringComparison.Ordinal);
        Assert.Contains("ProcessLock", Refused(reset), StringComparison.Ordinal);
        Refused(timer);
        Refused(Thread.CurrentThread);
        Refused(new WeakReference(this));
        Refused(AppDomain.CurrentDomain);
        Assert.False(RoundTrip.Of(CancellationToken.None).CanBeCanceled);
    }

    [Fact]
    public void Pointers_and_expressions_are_refused()
    {
        Refused(default(Pointing));
        Expression<Func<int>> expression = () => 1;
        Assert.Contains("lambda", Refused(expression), StringComparison.Ordinal);
    }

    [Fact]
    public void Lazy_sequences_are_refused_with_a_hint()
    {
        Assert.Contains("ToArray", Refused(Iterator()), StringComparison.Ordinal);
        Assert.Contains("ToArray", Refused(new[] { 1 }.Where(x => x > 0)), StringComparison.Ordinal);
        Assert.Contains("ToArray", Refused(new[] { "a" }.ToLookup(x => x)), StringComparison.Ordinal);
        Assert.Contains("ToArray", Refused(new Dictionary<int, int>().Keys), StringComparison.Ordinal);
    }

    [Fact]
    public void Types_of_the_framework_without_a_codec_are_refused()
    {
        Refused(new Random(1));
        Refused(new System.Text.Json.Nodes.JsonObject());
        Refused(Comparer<int>.Create((x, y) => x - y));
    }

    [PayloadCodec(typeof(Codec))]
    public sealed class Changing
    {
        public Dictionary<int, object>? Table { get; set; }

        private sealed class Codec : IPayloadCodec<Changing>
        {
            public void Write(PayloadWriter writer, Changing value) => value.Table!.Add(value.Table.Count + 10, "new");

            public Changing Read(ref PayloadReader reader) => new();
        }
    }

    [Fact]
    public void A_collection_that_changes_meanwhile_is_refused()
    {
        Changing changing = new();
        Dictionary<int, object> table = new() { [1] = changing, [2] = 1 };
        changing.Table = table;
        Assert.Contains("changed", Refused(table), StringComparison.Ordinal);
    }

    [Fact]
    public void A_writer_is_usable_after_a_refusal()
    {
        Refused(new object[] { "a", Stream.Null });
        Assert.Equal("a", RoundTrip.Of("a"));
    }
}

public sealed class EmittedRefusalTests() : RefusalContract(true);

public sealed class ReflectedRefusalTests() : RefusalContract(false);
