namespace Compare.Peers;

/// <summary>
/// A peer in a child process that lives for the whole run, so that its pools are warm: "run NAME PARAM..." in, "value NUMBER" out.
/// One that hangs is killed, and the next measurement gets a new one. It ends when its stdin does, so that none is left behind even if this program is killed.
/// </summary>
internal sealed class LineProtocolPeer : Peer
{
    private readonly ProcessStartInfo _start;
    private readonly TimeSpan _answerTime;
    private Process? _process;

    internal LineProtocolPeer(string name, TimeSpan answerTime, string program, params string[] arguments)
        : base(name)
    {
        _answerTime = answerTime;
        _start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true };
        _start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        Version = Start();
    }

    internal override string Version { get; }

    internal override bool IsPresent => true;

    internal override double Measure(string command)
    {
        if (_process is null)
        {
            Start();
        }
        _process!.StandardInput.WriteLine($"run {command}");
        _process.StandardInput.Flush();
        return double.Parse(Read("value"), CultureInfo.InvariantCulture);
    }

    public override void Dispose()
    {
        if (_process is { HasExited: false } process)
        {
            process.StandardInput.Close();
            if (process.WaitForExit(TimeSpan.FromSeconds(10)))
            {
                return;
            }
        }
        Kill();
    }

    private string Start()
    {
        _process = Process.Start(_start) ?? throw new InvalidOperationException($"{_start.FileName} did not start.");
        try
        {
            return Read("ready");
        }
        catch
        {
            Kill();
            throw;
        }
    }

    /// <summary>What follows the expected word.</summary>
    /// <exception cref="InvalidOperationException">Another word; the message is what follows it.</exception>
    private string Read(string expected)
    {
        var line = _process!.StandardOutput.ReadLineAsync();
        if (!line.Wait(_answerTime))
        {
            Kill();
            throw new TimeoutException($"{Name} did not answer within {_answerTime.TotalSeconds} s.");
        }
        if (line.Result is null)
        {
            Kill();
            throw new InvalidOperationException($"{Name} ended.");
        }
        var words = line.Result.Split(' ', 2);
        return words[0] == expected ? words[^1] : throw new InvalidOperationException(words[^1]);
    }

    private void Kill()
    {
        if (_process is { } process)
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            process.Dispose();
            _process = null;
        }
    }
}
