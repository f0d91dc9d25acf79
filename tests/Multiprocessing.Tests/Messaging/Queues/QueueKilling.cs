using System.Diagnostics;
using Multiprocessing.Tests.Memory.Sharing;
using Multiprocessing.Tests.Synchronization;

namespace Multiprocessing.Tests.Messaging.Queues;

/// <summary>
/// Two producers and two consumers of a queue, killed by SIGKILL at random moments and replaced; then those who are left finish in peace, and
/// every item is accounted for.
/// </summary>
/// <remarks>
/// <para>Each item has a number of its own, from the board. What came of it is counted in 4 bits. A producer that is killed costs at most the
/// number it had taken; a consumer that is killed the item that it had taken and not counted, or, leased, a second delivery of it.</para>
/// <para>Beside them run bystanders, of which one is killed after each of them, before either is replaced, and which have no part in the queue:
/// how long the others, who are as many then, pause around its death is the machine's and the kernel's doing; what they pause longer around one
/// of theirs is the queue's.</para>
/// </remarks>
internal sealed class QueueKilling<T>(QueueWork<T> work, int seed)
{
    private const int Each = 2;
    private readonly Random _random = new(seed);
    private readonly List<ChildProcess> _producers = [];
    private readonly List<ChildProcess> _consumers = [];
    private readonly List<ChildProcess> _bystanders = [];

    public QueueTally Tally { get; } = new();

    private bool IsBoardFull => work.Board[QueueBoard.Next] >= QueueBoard.Items / 2;

    /// <summary>Until so many are killed, or the board is full.</summary>
    public async Task RunAsync(int kills, Action<QueueWork<T>> produce, Action<QueueWork<T>> consume)
    {
        try
        {
            for (int i = 0; i < Each; i++)
            {
                _producers.Add(Start(produce, i));
                _consumers.Add(Start(consume, Each + i));
                _bystanders.Add(StartBystander());
            }

            await GoesOnAsync(100);
            for (int i = 0; i < kills && !IsBoardFull; i++)
            {
                bool isProducer = _random.Next(2) == 0;
                List<ChildProcess> group = isProducer ? _producers : _consumers;
                bool allThere = await SomeMomentAsync();
                int victim = await KillOneAsync(group, allThere ? Tally.Participants : null);
                int bystander = await KillOneAsync(_bystanders, allThere ? Tally.Bystanders : null);
                Replace(group, victim, isProducer ? Start(produce, victim) : Start(consume, Each + victim));
                Replace(_bystanders, bystander, StartBystander());
                await GoesOnAsync(100);
                _ = isProducer ? Tally.Producers++ : Tally.Consumers++;
            }

            await EndAsync();
        }
        finally
        {
            foreach (ChildProcess child in _producers.Concat(_consumers).Concat(_bystanders))
            {
                child.Kill();
                await child.WaitForExitAsync();
                child.Dispose();
            }
        }
    }

    /// <returns>Whether all have begun, so that there are others who can go on; sometimes not, so that some die while they start.</returns>
    private async Task<bool> SomeMomentAsync()
    {
        bool allThere = _random.Next(2) == 0;
        for (int place = 0; allThere && place < 2 * Each; place++)
        {
            await UntilAsync(() => work.Board[QueueBoard.Begun + place] != 0, "Not all begin.");
        }

        await GoesOnAsync(1 + _random.Next(200));
        long until = Stopwatch.GetTimestamp() + _random.Next((int)(Stopwatch.Frequency / 1000));
        while (Stopwatch.GetTimestamp() < until)
        {
            Thread.SpinWait(20);
        }

        return allThere;
    }

    /// <returns>Whom.</returns>
    private async Task<int> KillOneAsync(List<ChildProcess> group, Pauses? pauses)
    {
        int victim = _random.Next(group.Count);
        Watch(QueueBoard.SinceKill);
        group[victim].Kill();
        await group[victim].WaitForExitAsync();
        Watch(QueueBoard.SinceDeath);
        await GoesOnAsync(100);
        pauses?.SinceKill.Add(TakeLongest(QueueBoard.SinceKill));
        pauses?.SinceDeath.Add(TakeLongest(QueueBoard.SinceDeath));
        return victim;
    }

    private static void Replace(List<ChildProcess> group, int victim, ChildProcess child)
    {
        group[victim].Dispose();
        group[victim] = child;
    }

    /// <summary>From now on consumers note the longest pause between two items.</summary>
    private void Watch(int since)
    {
        work.Board[since + 1] = 0;
        work.Board[since] = Stopwatch.GetTimestamp();
    }

    /// <returns>In milliseconds.</returns>
    private double TakeLongest(int since)
    {
        work.Board[since] = 0;
        return work.Board[since + 1] * 1000.0 / Stopwatch.Frequency;
    }

    /// <summary>Whoever was killed, the others get on.</summary>
    private Task GoesOnAsync(int more)
    {
        long target = work.Board[QueueBoard.Taken] + more;
        return UntilAsync(() => work.Board[QueueBoard.Taken] >= target, "Nobody gets on.");
    }

    private async Task UntilAsync(Func<bool> condition, string otherwise)
    {
        long start = Stopwatch.GetTimestamp();
        while (!condition() && !IsBoardFull)
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(30), otherwise);
            await Task.Delay(1);
        }
    }

    private async Task EndAsync()
    {
        work.Board[QueueBoard.Stop] = 1;
        foreach (ChildProcess producer in _producers)
        {
            Assert.True(producer.Join(TimeSpan.FromSeconds(30)), "A producer did not come to its end.");
        }

        if (work.IsLeased)
        {
            Assert.True(work.Queue.Join(TimeSpan.FromSeconds(30)), "What was put is not done.");
        }

        work.Queue.Complete();
        foreach (ChildProcess consumer in _consumers)
        {
            Assert.True(consumer.Join(TimeSpan.FromSeconds(30)), "A consumer did not come to its end.");
        }

        Assert.Equal(0, work.Queue.Count);
        Tally.Count(work);
    }

    private ChildProcess Start(Action<QueueWork<T>> target, int place)
    {
        work.Board[QueueBoard.Begun + place] = 0;
        return Start(ChildProcess.Create(target, work with { Place = place }));
    }

    /// <summary>Works as they do, with nobody.</summary>
    private static ChildProcess StartBystander() => Start(ChildProcess.Create(
        static (int item) =>
        {
            using var own = new ProcessQueue<int>();
            while (true)
            {
                own.Put(item);
                own.Get();
            }
        },
        1));

    private static ChildProcess Start(ChildProcess child)
    {
        child.StartMethod = StartMethod.Standby;
        child.Start();
        return child;
    }
}

/// <summary>What the processes have in common.</summary>
/// <param name="Tag">A shared object that items refer to.</param>
/// <param name="Place">The number of the process among them.</param>
internal sealed record QueueWork<T>(ProcessQueue<T> Queue, SharedProbe Board, SharedProbe Tag, bool IsLeased, int Place = 0)
{
    public void Produce(Func<int, SharedProbe, T> make)
    {
        while (Board[QueueBoard.Stop] == 0 && Board[QueueBoard.Next] < QueueBoard.Items)
        {
            Queue.Put(make((int)(Board.Add(QueueBoard.Next, 1) - 1), Tag));
            Board[QueueBoard.Begun + Place] = 1;
        }
    }

    /// <summary>A producer that is killed costs at most its batch.</summary>
    public void ProduceBatches(Func<int, SharedProbe, T> make)
    {
        while (Board[QueueBoard.Stop] == 0 && Board[QueueBoard.Next] < QueueBoard.Items)
        {
            int next = (int)Board.Add(QueueBoard.Next, QueueBoard.BatchSize);
            T[] batch = [.. Enumerable.Range(next - QueueBoard.BatchSize, QueueBoard.BatchSize).Select(number => make(number, Tag))];
            Queue.PutMany(batch);
            Board[QueueBoard.Begun + Place] = 1;
        }
    }

    /// <summary>A consumer that is killed costs at most its batch.</summary>
    public void ConsumeBatches(Func<T, int> numberOf)
    {
        var batch = new T[QueueBoard.BatchSize];
        for (int count; (count = Queue.GetMany(batch)) > 0;)
        {
            Count(batch.Take(count), numberOf);
        }
    }

    public void Consume(Func<T, int> numberOf) => Count(Queue.GetAll(), numberOf);

    private void Count(IEnumerable<T> items, Func<T, int> numberOf)
    {
        foreach (T item in items)
        {
            int number = numberOf(item);
            long now = Stopwatch.GetTimestamp();
            long last = Board[QueueBoard.LastTaken];
            Board[QueueBoard.LastTaken] = now;
            NotePause(QueueBoard.SinceKill, last, now);
            NotePause(QueueBoard.SinceDeath, last, now);
            Board.Add(QueueBoard.First + (number / QueueBoard.InOne), 1L << (number % QueueBoard.InOne * 4));
            Board.Add(QueueBoard.Taken, 1);
            Board[QueueBoard.Begun + Place] = 1;
            if (IsLeased)
            {
                Queue.TaskDone();
            }
        }
    }

    private void NotePause(int since, long last, long now)
    {
        long begin = Board[since];
        long pause = now - Math.Max(begin, last);
        if (begin != 0 && pause > Board[since + 1])
        {
            Board[since + 1] = pause;
        }
    }
}

/// <summary>The numbers of the board.</summary>
internal static class QueueBoard
{
    public const int Stop = 0;
    public const int Next = 8;
    public const int Taken = 16;
    public const int LastTaken = 24;

    /// <summary>A time, from which on pauses are noted; 0: not at all. Then the longest one.</summary>
    public const int SinceKill = 26;
    public const int SinceDeath = 28;

    /// <summary>From here on, for each process: not 0 when it has put or taken.</summary>
    public const int Begun = 40;
    public const int First = 64;
    public const int InOne = 16;
    public const int BatchSize = 40;
    public const int Items = 32_000_000;
    public const long Bytes = (First + (Items / InOne) + 8) * 8L;
}

/// <summary>What came of all items.</summary>
internal sealed class QueueTally
{
    public int Producers { get; set; }

    public int Consumers { get; set; }

    public long Items { get; private set; }

    public long Lost { get; private set; }

    public long Repeated { get; private set; }

    public Pauses Participants { get; } = new();

    public Pauses Bystanders { get; } = new();

    public void Count<T>(QueueWork<T> work)
    {
        long items = work.Board[QueueBoard.Next];
        Items += items;
        for (int number = 0; number < items; number++)
        {
            long times = (work.Board[QueueBoard.First + (number / QueueBoard.InOne)] >> (number % QueueBoard.InOne * 4)) & 15;
            Lost += times == 0 ? 1 : 0;
            Repeated += Math.Max(0, times - 1);
        }
    }

    public void Add(QueueTally other)
    {
        Producers += other.Producers;
        Consumers += other.Consumers;
        Items += other.Items;
        Lost += other.Lost;
        Repeated += other.Repeated;
        Participants.Add(other.Participants);
        Bystanders.Add(other.Bystanders);
    }

    public void Report(string what) => Killing.Report(
        $"{what}: {Producers} producers and {Consumers} consumers killed, {Items} items, {Lost} lost, {Repeated} delivered again. "
        + $"Longest pause between two items when one of them is killed: {Participants}; when a bystander is: {Bystanders}");
}

/// <summary>The longest pauses between two items until 100 more were taken after a death, in milliseconds.</summary>
internal sealed class Pauses
{
    /// <summary>From when SIGKILL was sent.</summary>
    public List<double> SinceKill { get; } = [];

    /// <summary>From when the kernel had reported the death.</summary>
    public List<double> SinceDeath { get; } = [];

    public void Add(Pauses other)
    {
        SinceKill.AddRange(other.SinceKill);
        SinceDeath.AddRange(other.SinceDeath);
    }

    public override string ToString() => $"since SIGKILL {Quantiles(SinceKill)}, since its end was reported {Quantiles(SinceDeath)}";

    private static string Quantiles(List<double> milliseconds)
    {
        milliseconds.Sort();
        return milliseconds.Count == 0
            ? "none"
            : $"p50 {milliseconds[milliseconds.Count / 2]:F2} ms, p99 {milliseconds[milliseconds.Count * 99 / 100]:F2} ms";
    }
}
