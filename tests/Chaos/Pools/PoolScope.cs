namespace Multiprocessing.Chaos;

/// <summary>
/// One pool from its start to its end, and the ledger of all items that it was given. When it has ended, nothing of it can run any more:
/// then the books are closed.
/// </summary>
internal sealed class PoolScope
{
    private readonly Lock _gate = new();
    private readonly Ledger _ledger;
    private readonly Account _account;
    private readonly List<int> _blocks = [];
    private readonly List<Outcome?[]> _outcomes = [];

    /// <summary>How often each item may be tried.</summary>
    private readonly List<byte[]> _attempts = [];
    private readonly TaskCompletionSource _unused = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _used = Ledger.BlockSize;
    private int _users = 1;
    private bool _isClosed;

    internal PoolScope(int number, ProcessPoolOptions options, Ledger ledger, Account account)
    {
        Number = number;
        Options = options;
        _ledger = ledger;
        _account = account;
        Pool = new ProcessPool(options);
    }

    internal int Number { get; }

    internal ProcessPool Pool { get; }

    internal ProcessPoolOptions Options { get; }

    /// <summary>From here on the pool may refuse work.</summary>
    internal volatile bool MayRefuse;

    /// <summary>From here on the pool may end everything by force.</summary>
    internal volatile bool MayTerminate;

    internal bool MayBreak => Options.MaxWorkerFailures < 1_000_000;

    internal bool TryEnter()
    {
        lock (_gate)
        {
            if (_isClosed)
            {
                return false;
            }
            _users++;
            return true;
        }
    }

    internal void Leave()
    {
        lock (_gate)
        {
            if (--_users > 0)
            {
                return;
            }
        }
        _unused.SetResult();
    }

    internal Item NewItem(Random random, int microseconds, Deed deed, int attempts)
    {
        lock (_gate)
        {
            if (_used == Ledger.BlockSize)
            {
                _blocks.Add(_ledger.Rent());
                _outcomes.Add(new Outcome?[Ledger.BlockSize]);
                _attempts.Add(new byte[Ledger.BlockSize]);
                _used = 0;
            }
            _attempts[^1][_used] = (byte)attempts;
            return new Item(_blocks[^1] + _used++, random.Next(), microseconds, deed);
        }
    }

    /// <summary>How an item has ended, and how often it may have started by now.</summary>
    internal void Note(string kind, Item item, Outcome outcome)
    {
        _account.Count(kind, outcome);
        int attempts;
        lock (_gate)
        {
            var block = _blocks.IndexOf(item.Cell - (item.Cell % Ledger.BlockSize));
            ref var noted = ref _outcomes[block][item.Cell % Ledger.BlockSize];
            attempts = _attempts[block][item.Cell % Ledger.BlockSize];
            if (noted is { } other)
            {
                _account.Error($"{kind}: item {item.Number} ended twice, {other} and {outcome}.");
            }
            noted = outcome;
        }
        CheckStarts(kind, item.Cell, outcome, attempts);
    }

    /// <summary>After the pool's end: nothing was forgotten, nothing ran twice, also not later.</summary>
    internal async Task CloseAsync()
    {
        lock (_gate)
        {
            _isClosed = true;
        }
        Leave();
        await _unused.Task;
        for (var block = 0; block < _blocks.Count; block++)
        {
            var used = block == _blocks.Count - 1 ? _used : Ledger.BlockSize;
            for (var i = 0; i < used; i++)
            {
                if (_outcomes[block][i] is { } outcome)
                {
                    CheckStarts($"pool {Number}", _blocks[block] + i, outcome, _attempts[block][i]);
                }
                else
                {
                    _account.Error($"pool {Number}: an item was never accounted for.");
                }
            }
            _ledger.Return(_blocks[block]);
        }
        CheckStatistics();
    }

    private void CheckStarts(string kind, int cell, Outcome outcome, int attempts)
    {
        var starts = Volatile.Read(ref _ledger.Cells[cell]);
        var (least, most) = outcome switch
        {
            Outcome.Value or Outcome.OwnException => (1, attempts),
            Outcome.Refused => (0, 0),
            _ => (0, attempts),
        };
        if (starts < least || starts > most)
        {
            _account.Error($"{kind}: an item that ended as {outcome} has started {starts} times of {attempts}.");
        }
    }

    private void CheckStatistics()
    {
        var all = _outcomes.SelectMany(outcomes => outcomes).ToArray();
        long certain = all.Count(outcome => outcome is Outcome.Value or Outcome.OwnException or Outcome.WorkerDied or Outcome.TimedOut);

        // A call that fails like this may have been turned away, and is no task then.
        long uncertain = all.Count(outcome => outcome is Outcome.Unseen or Outcome.Canceled or Outcome.Terminated or Outcome.Broken);
        var statistics = Pool.GetStatistics();
        _account.CountEvent("worker deaths", statistics.WorkerDeaths);
        _account.CountEvent("recycled workers", statistics.RecycledWorkers);
        _account.CountEvent("retries", statistics.RetriedTasks);
        if (statistics.CompletedTasks < certain || statistics.CompletedTasks > certain + uncertain)
        {
            _account.Error($"pool {Number}: {statistics.CompletedTasks} tasks ended by its books, {certain} (and up to {uncertain} more) by ours.");
        }
        if (statistics.QueuedTasks + statistics.SentTasks + statistics.ReadyWorkers + statistics.StartingWorkers != 0)
        {
            _account.Error($"pool {Number} has ended and still has tasks or workers.");
        }
    }
}
