namespace Multiprocessing.Memory;

/// <summary>What lies in a shared block: whoever opens it must expect the same. Part of the layout, so numbers stay.</summary>
internal enum SharedKind : byte
{
    None = 0,
    Memory = 1,
    Value = 2,
    Array = 3,
    List = 4,
    Lock = 16,
    RLock = 17,
    Semaphore = 18,
    Event = 19,
    Condition = 20,
    Barrier = 21,
    Queue = 32,
    QueueItem = 33,
    Pipe = 34,
}
