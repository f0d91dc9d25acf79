namespace Multiprocessing.Messaging.Waiting;

/// <summary>Waits for several things at once: one wait for each, all given up when the first has ended.</summary>
internal static class WaitableSet
{
    public static async ValueTask<IReadOnlyList<IWaitable>> WaitAsync(
        IWaitable[] waitables, TimeSpan timeout, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        IReadOnlyList<IWaitable> ready = Ready(waitables);
        if (ready.Count > 0 || waitables.Length == 0 || timeout == TimeSpan.Zero)
        {
            return ready;
        }

        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using IDisposable? limit = TimeLimit.Set(giveUp, timeout);
        var waits = new Task[waitables.Length];
        try
        {
            for (int i = 0; i < waits.Length; i++)
            {
                waits[i] = WaitAsync(waitables[i], giveUp.Token);
            }

            await Task.WhenAny(waits).ConfigureAwait(false);
        }
        finally
        {
            // None may go on in the background: it could still be looking at what its owner disposes of next.
            await giveUp.CancelAsync().ConfigureAwait(false);
            foreach (Task wait in waits)
            {
                await (wait ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        cancellationToken.ThrowIfCancellationRequested();
        foreach (Task wait in waits)
        {
            if (wait.IsFaulted)
            {
                await wait.ConfigureAwait(false);
            }
        }

        return Ready(waitables);
    }

    /// <summary>What it throws at once is in the task as well: the time can be over before all have begun.</summary>
    private static async Task WaitAsync(IWaitable waitable, CancellationToken giveUp) =>
        await waitable.WaitUntilReadyAsync(giveUp).ConfigureAwait(false);

    private static IReadOnlyList<IWaitable> Ready(IWaitable[] waitables) => [.. waitables.Where(static waitable => waitable.IsReady)];
}
