using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Multiprocessing.Serialization;

namespace Multiprocessing.Pools;

/// <summary>
/// An <see cref="IProgress{T}"/> that was given to one call, as long as the call has not ended. It is one of the call's holds. Reports of all
/// calls for one object are raised one at a time.
/// </summary>
internal abstract class ProgressRegistration : IDisposable
{
    private static readonly ConcurrentDictionary<long, ProgressRegistration> All = new();
    private static readonly ConditionalWeakTable<object, ReportPump> Pumps = [];
    private static long Last;

    private readonly Lock _lock = new();
    private readonly ReportPump _pump;
    private List<Action>? _waiting;
    private int _pending;
    private volatile bool _isClosed;

    private protected ProgressRegistration(object progress)
    {
        _pump = Pumps.GetValue(progress, static _ => new ReportPump());
        Token = Interlocked.Increment(ref Last);
        All[Token] = this;
    }

    internal long Token { get; }

    internal static ProgressRegistration? Find(long token) => All.GetValueOrDefault(token);

    /// <summary>Queues a report.</summary>
    internal void Add(byte[] value, IncomingSymbols symbols, IReportSource source, int size)
    {
        lock (_lock)
        {
            _pending++;
        }
        _pump.Add(new ProgressReport(this, value, symbols, source, size));
    }

    /// <summary>Calls back once, when all reports that came until now have been raised. False: that is so already, and nothing is called.</summary>
    internal bool TryCallBackWhenRaised(Action action)
    {
        lock (_lock)
        {
            if (_pending > 0)
            {
                (_waiting ??= []).Add(action);
            }
            return _pending > 0;
        }
    }

    /// <summary>The call has ended: whatever waits is not raised any more.</summary>
    public void Dispose()
    {
        _isClosed = true;
        All.TryRemove(Token, out _);
    }

    private protected abstract void Raise(byte[] value, IncomingSymbols symbols);

    private void OnRaised()
    {
        List<Action>? waiting = null;
        lock (_lock)
        {
            if (--_pending == 0)
            {
                (waiting, _waiting) = (_waiting, null);
            }
        }
        waiting?.ForEach(static action => action());
    }

    private sealed class ProgressReport(ProgressRegistration registration, byte[] value, IncomingSymbols symbols, IReportSource source, int size) : Report
    {
        internal override void Deliver()
        {
            try
            {
                if (!registration._isClosed)
                {
                    registration.Raise(value, symbols);
                }
            }
            catch (Exception exception)
            {
                // Of user code, or a value that cannot be read. The task that reported is elsewhere and cannot be told.
                MultiprocessingLog.ProgressFailed(exception);
            }
            source.Acknowledge(size);
            registration.OnRaised();
        }
    }
}

/// <summary>The typed part.</summary>
internal sealed class ProgressRegistration<T>(IProgress<T> progress) : ProgressRegistration(progress)
{
    private protected override void Raise(byte[] value, IncomingSymbols symbols)
    {
        var reader = new PayloadReader(value, symbols);
        progress.Report(Serializer.Read<T>(ref reader));
    }
}
