using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Multiprocessing.Memory;

namespace Multiprocessing.Synchronization;

/// <summary>
/// The old values of what the owner of a guard has changed so far, in the same shared block: whoever takes the guard over from a dead
/// owner puts them back. docs/protocol.md, "Guards". Belongs to the owner of the guard.
/// </summary>
internal sealed unsafe class UndoJournal(SharedBlock block, int offset, int capacity)
{
    private const int EntriesOffset = 8;
    private readonly byte* _block = block.Pointer;
    private readonly int* _count = (int*)(block.Pointer + offset);
    private readonly Entry* _entries = (Entry*)(block.Pointer + offset + EntriesOffset);

    /// <summary>For tests: called before each write to shared memory.</summary>
    public Action? BeforeWrite { get; set; }

    public bool IsEmpty
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Volatile.Read(ref *_count) == 0;
    }

    public static int SizeFor(int capacity) => EntriesOffset + (capacity * sizeof(Entry));

    public void Set(int* field, int value)
    {
        Keep(field, sizeof(int), *field);
        Volatile.Write(ref *field, value);
    }

    public void Set(long* field, long value)
    {
        Keep(field, sizeof(long), *field);
        Volatile.Write(ref *field, value);
    }

    /// <summary>From here on the changes stand.</summary>
    public void Commit()
    {
        BeforeWrite?.Invoke();
        Volatile.Write(ref *_count, 0);
    }

    /// <summary>Puts everything back. Can be begun anew by another process if this one dies over it.</summary>
    /// <exception cref="InvalidDataException">Something else has written into the journal.</exception>
    public void RollBack()
    {
        int count = Volatile.Read(ref *_count);
        if (count == 0)
        {
            return;
        }

        Check((uint)count <= (uint)capacity);

        // Backwards: a field that was changed twice gets its first value last.
        for (int i = count - 1; i >= 0; i--)
        {
            Entry entry = _entries[i];
            Check(entry.Offset >= 0 && entry.Size is sizeof(int) or sizeof(long) && entry.Offset <= block.Length - entry.Size);
            BeforeWrite?.Invoke();
            if (entry.Size == sizeof(int))
            {
                Volatile.Write(ref *(int*)(block.Pointer + entry.Offset), (int)entry.Old);
            }
            else
            {
                Volatile.Write(ref *(long*)(block.Pointer + entry.Offset), entry.Old);
            }
        }

        Commit();
    }

    private static void Check(bool right)
    {
        if (!right)
        {
            throw new InvalidDataException("The shared memory of a synchronization object was overwritten.");
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Keep(void* field, int size, long old)
    {
        int count = *_count;
        if (count == capacity)
        {
            ThrowFull();
        }

        BeforeWrite?.Invoke();
        Entry* entry = _entries + count;
        entry->Offset = (int)((byte*)field - _block);
        entry->Size = size;
        entry->Old = old;
        BeforeWrite?.Invoke();
        Volatile.Write(ref *_count, count + 1);
        BeforeWrite?.Invoke();
    }

    private void ThrowFull() => throw new InvalidOperationException($"More than {capacity} changes under one guard.");

    [StructLayout(LayoutKind.Sequential)]
    private struct Entry
    {
        public int Offset;
        public int Size;
        public long Old;
    }
}
