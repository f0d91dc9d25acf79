using System.Diagnostics;
using Multiprocessing.Memory;
using Multiprocessing.Messaging.Rings;

namespace Multiprocessing.Messaging.Queues;

/// <summary>
/// Where processes wait until something works at a ring: first by spinning, if that has been worth it, then asleep. Thread-safe.
/// </summary>
/// <param name="signal">Raised by whoever makes it work.</param>
/// <param name="isMore">Whether another one who waits here might go on as well.</param>
internal sealed class RingGate(QueueSignal signal, Func<bool> isMore)
{
    /// <summary>
    /// Each look takes a line away from the processor that is about to write it. Who looks more and more rarely finds several things done
    /// at once, and lets the other one get ahead.
    /// </summary>
    private const int MostPauses = 4;

    private readonly SpinTurn _spinning = new();

    /// <summary>The epoch of deaths.</summary>
    public uint Epoch => signal.Epoch;

    /// <inheritdoc cref="QueueSignal.Raise"/>
    public void Raise(int count = 1) => signal.Raise(count);

    /// <inheritdoc cref="QueueSignal.RaiseForAll"/>
    public void RaiseForAll() => signal.RaiseForAll();

    /// <summary>Tries until it has come to its end or the time is over.</summary>
    /// <param name="attempt">Has the result.</param>
    /// <param name="deadline">When to give up, after a last attempt.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>False if the time is over.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    public bool Pass<TAttempt>(scoped ref TAttempt attempt, Deadline deadline, CancellationToken cancellationToken)
        where TAttempt : IAttempt, allows ref struct
    {
        if (attempt.Try())
        {
            return true;
        }

        return !deadline.HasPassed && (Spin(ref attempt, deadline) || Sleep(ref attempt, deadline, cancellationToken));
    }

    /// <summary>As <see cref="Pass"/>, without a thread that waits.</summary>
    /// <param name="attempt">As <see cref="IAttempt.Try"/>.</param>
    /// <inheritdoc cref="Pass" path="/param"/>
    /// <param name="deadline"/><param name="cancellationToken"/>
    /// <inheritdoc cref="Pass" path="/returns"/>
    /// <inheritdoc cref="Pass" path="/exception"/>
    public async ValueTask<bool> PassAsync(Func<bool> attempt, Deadline deadline, CancellationToken cancellationToken)
    {
        if (attempt())
        {
            return true;
        }

        if (deadline.HasPassed)
        {
            return false;
        }

        bool done = false;
        signal.Enter();
        try
        {
            while (true)
            {
                uint epoch = signal.Epoch;
                int seen = signal.Prepare();
                if (done = attempt())
                {
                    return true;
                }

                WaitOutcome outcome = await signal.WaitAsync(seen, epoch, deadline, cancellationToken).ConfigureAwait(false);
                if (outcome == WaitOutcome.Cancelled)
                {
                    throw new OperationCanceledException(cancellationToken);
                }

                // Before anything is shown again, for which somebody would have to wake nobody.
                if ((done = attempt()) || outcome == WaitOutcome.TimedOut)
                {
                    return done;
                }
            }
        }
        finally
        {
            signal.Leave(!done || isMore());
        }
    }

    private bool Spin<TAttempt>(scoped ref TAttempt attempt, Deadline deadline)
        where TAttempt : IAttempt, allows ref struct
    {
        long until = _spinning.Begin();
        if (until == 0)
        {
            return false;
        }

        bool done = false;
        try
        {
            for (int pauses = 1; !done && Stopwatch.GetTimestamp() < until && !deadline.HasPassed; pauses = Math.Min(2 * pauses, MostPauses))
            {
                for (int i = 0; i < pauses; i++)
                {
                    Pause.Once();
                }

                done = attempt.Try();
            }
        }
        finally
        {
            _spinning.End(done);
        }

        return done;
    }

    private bool Sleep<TAttempt>(scoped ref TAttempt attempt, Deadline deadline, CancellationToken cancellationToken)
        where TAttempt : IAttempt, allows ref struct
    {
        bool done = false;
        signal.Enter();
        try
        {
            while (true)
            {
                uint epoch = signal.Epoch;
                int seen = signal.Prepare();
                if (done = attempt.Try())
                {
                    return true;
                }

                WaitOutcome outcome = signal.Wait(seen, epoch, deadline, cancellationToken);
                if (outcome == WaitOutcome.Cancelled)
                {
                    throw new OperationCanceledException(cancellationToken);
                }

                // Before anything is shown again, for which somebody would have to wake nobody.
                if ((done = attempt.Try()) || outcome == WaitOutcome.TimedOut)
                {
                    return done;
                }
            }
        }
        finally
        {
            signal.Leave(!done || isMore());
        }
    }
}
