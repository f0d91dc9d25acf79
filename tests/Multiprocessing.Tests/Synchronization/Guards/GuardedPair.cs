using Multiprocessing.Memory;
using Multiprocessing.Synchronization;
using Multiprocessing.Tests.Memory;

namespace Multiprocessing.Tests.Synchronization.Guards;

/// <summary>Two numbers that a guard keeps equal, as one member of a tree sees them.</summary>
internal sealed unsafe class GuardedPair
{
    private const int Changes = 4;
    private readonly SharedBlock _block;

    public GuardedPair(SharedBlock block, TestMember member)
    {
        _block = block;
        Guard = new Guard(block, 0, Changes, member.Participant, member.Waits);
    }

    public static int Size => Guard.SizeFor(Changes) + 64;

    public Guard Guard { get; }

    public int* First => (int*)(_block.Pointer + Guard.SizeFor(Changes));

    public long* Second => (long*)(_block.Pointer + Guard.SizeFor(Changes) + 8);

    /// <summary>Adds one to both, the first of them in two steps.</summary>
    public void Add()
    {
        using GuardScope scope = Guard.Enter();
        int before = *First;
        scope.Set(First, -1000);
        scope.Set(Second, *Second + 1);
        scope.Set(First, before + 1);
        scope.Commit();
    }

    public (long First, long Second) Read()
    {
        using GuardScope scope = Guard.Enter();
        return (*First, *Second);
    }

    public byte[] Copy() => new Span<byte>(_block.Pointer, Size).ToArray();

    public void Restore(byte[] copy) => copy.CopyTo(new Span<byte>(_block.Pointer, Size));
}
