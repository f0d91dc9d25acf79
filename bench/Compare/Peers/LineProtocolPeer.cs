namespace Compare.Peers;

/// <summary>
/// A peer in a child process that lives for the whole run, so that its pools are warm: "run NAME PARAM..." in, "value NUMBER" out.
/// It ends when its stdin does, so that none is left behind even if this program is killed.
/// </summary>
internal sealed class LineProtocolPeer : Peer
{
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(60);
    private readonly Process _process;

    internal LineProtocolPeer(string name, string product, string program, params string[] arguments)
        : base(name)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        _process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        try
        {
            Version = $"{product} {Read("ready")}";
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    internal override string Version { get; }

    internal override bool IsPresent => true;

    internal override double Measure(string command)
    {
        _process.StandardInput.WriteLine($"run {command}");
        _process.StandardInput.Flush();
        return double.Parse(Read("value"), CultureInfo.InvariantCulture);
    }

    public override void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.StandardInput.Close();
            if (!_process.WaitForExit(TimeSpan.FromSeconds(10)))
            {
                _process.Kill(entireProcessTree: true);
                _process.WaitForExit();
            }
        }
        _process.Dispose();
    }

    private string Read(string expected)
    {
        var line = _process.StandardOutput.ReadLineAsync();
        if (!line.Wait(AnswerTime))
        {
            _process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{Name} did not answer within {AnswerTime.TotalSeconds} s.");
        }
        return line.Result is { } text && text.StartsWith($"{expected} ", StringComparison.Ordinal)
            ? text[(expected.Length + 1)..]
            : throw new InvalidOperationException(line.Result ?? $"{Name} ended.");
    }
}
