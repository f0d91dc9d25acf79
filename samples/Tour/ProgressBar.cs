namespace Tour;

/// <summary>A bar on a terminal, plain lines elsewhere.</summary>
internal sealed class ProgressBar : IDisposable
{
    private const int Width = 40;
    private readonly string _what;
    private readonly int _total;
    private readonly bool _isTerminal = !Console.IsOutputRedirected;
    private int _done;
    private int _lastShown = -1;

    public ProgressBar(string what, int total)
    {
        _what = what;
        _total = total;
    }

    public void Advance()
    {
        _done++;
        int step = (int)((long)_done * (_isTerminal ? 100 : 4) / _total);
        if (step == _lastShown)
        {
            return;
        }

        _lastShown = step;
        if (_isTerminal)
        {
            int filled = (int)((long)_done * Width / _total);
            Console.Write($"\r[{new string('#', filled)}{new string('.', Width - filled)}] {_done}/{_total} {_what}");
        }
        else
        {
            Console.WriteLine($"{_done}/{_total} {_what}");
        }
    }

    public void Dispose()
    {
        if (_isTerminal)
        {
            Console.WriteLine();
        }
    }
}
