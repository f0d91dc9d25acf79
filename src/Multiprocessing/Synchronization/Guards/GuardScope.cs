namespace Multiprocessing.Synchronization;

/// <summary>
/// Being inside a guard. Without <see cref="Commit"/> nothing has happened at the end. After it more changes may follow, to be committed
/// by themselves.
/// </summary>
internal readonly unsafe ref struct GuardScope(Guard guard) : IDisposable
{
    public void Set(int* field, int value) => guard.Journal.Set(field, value);

    public void Set(long* field, long value) => guard.Journal.Set(field, value);

    /// <summary>From here on the changes stand, whatever happens to this process.</summary>
    public void Commit() => guard.Journal.Commit();

    public void Dispose()
    {
        if (!guard.Journal.IsEmpty)
        {
            guard.Journal.RollBack();
        }

        guard.Leave();
    }
}
