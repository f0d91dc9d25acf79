using Multiprocessing.Memory;

namespace Multiprocessing.Synchronization;

/// <summary>
/// Makes several words of a shared block change as one, also if a process dies in the middle: an owner changes them through the scope,
/// which keeps the old values, and whoever takes the guard over from a dead one first puts those back. Thread-safe.
/// </summary>
/// <remarks>
/// Nobody runs foreign code, waits for anything or throws while inside. What is to be woken is woken after leaving. Who reads words outside
/// of the guard can see a change that is undone later.
/// </remarks>
internal sealed class Guard
{
    private readonly LockCore _lock;
    private readonly UndoJournal _journal;

    /// <param name="block">Where it lies, as all that it guards.</param>
    /// <param name="offset">Where it begins: a multiple of 64.</param>
    /// <param name="changes">How many changes one owner makes at most.</param>
    /// <param name="participant">Whose guard this is.</param>
    /// <param name="waits">By which its waiters wait.</param>
    public Guard(SharedBlock block, int offset, int changes, Participant participant, WaitRegistry waits)
    {
        _lock = new LockCore(block, offset, participant, waits);
        _journal = new UndoJournal(block, offset + LockCore.Size, changes);
    }

    /// <summary>For tests.</summary>
    public UndoJournal Journal => _journal;

    /// <summary>The bytes of a guard, a multiple of 64.</summary>
    public static int SizeFor(int changes) => (LockCore.Size + UndoJournal.SizeFor(changes) + 63) & ~63;

    /// <summary>Waits until nobody else is inside.</summary>
    public GuardScope Enter() => _lock.TryTakeAtOnce() ? new GuardScope(this) : EnterSlowly();

    public void Leave()
    {
        if (!_lock.TryReleaseAtOnce())
        {
            _lock.TryRelease(tag: null);
        }
    }

    private GuardScope EnterSlowly()
    {
        if (_lock.Acquire(0, Deadline.Never, by: null, CancellationToken.None) == AcquireResult.Abandoned)
        {
            try
            {
                _journal.RollBack();
            }
            catch (InvalidDataException)
            {
                Leave();
                throw;
            }
        }

        return new GuardScope(this);
    }
}
