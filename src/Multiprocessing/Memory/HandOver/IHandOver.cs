using Multiprocessing.Platform;

namespace Multiprocessing.Memory;

/// <summary>
/// The hand-over of kernel objects (memory, sockets) between the processes of one tree, as one process sees it. An object lives
/// while a process of the tree holds it, or while a reference to it is parked in an object that lives. Thread-safe. The counting
/// rules, and what becomes of them when a process dies between two steps, stand in docs/protocol.md, "Hand-over".
/// </summary>
/// <remarks>Every call but <see cref="Release"/> and <see cref="Discard"/> asks the root of the tree and waits for the answer.</remarks>
internal interface IHandOver
{
    /// <summary>Makes an object known to the tree; the caller holds it from now on. The handle stays the caller's.</summary>
    /// <returns>A token that nobody can guess: whoever knows it can open the object.</returns>
    Guid Deposit(KernelHandle handle);

    /// <summary>
    /// Parks a reference to an object inside of another one, such as an item in a queue's memory: it outlives the caller, and
    /// goes when it is taken or discarded, or with its container.
    /// </summary>
    /// <param name="segment">The object's token.</param>
    /// <param name="container">
    /// The token of the object that the reference is written into, or <see cref="Guid.Empty"/> for the tree as a whole: then the
    /// reference lives until somebody takes or discards it.
    /// </param>
    /// <returns>The ticket by which the reference is taken; <see langword="null"/> if either object is gone.</returns>
    Guid? Park(Guid segment, Guid container);

    /// <summary>Opens an object by its token or by a ticket; the caller holds it (once more) until <see cref="Release"/>.</summary>
    /// <param name="token">A token or a ticket.</param>
    /// <param name="take">
    /// Whether a ticket is used up, the parked reference becoming the caller's hold in one step; otherwise it stays parked.
    /// </param>
    /// <param name="segment">The object's own token.</param>
    /// <returns>A handle of the caller's own; <see langword="null"/> if the object is gone.</returns>
    KernelHandle? Open(Guid token, bool take, out Guid segment);

    /// <summary>Gives up one hold of this process.</summary>
    void Release(Guid segment);

    /// <summary>Gives up a parked reference.</summary>
    void Discard(Guid ticket);

    /// <summary>Gives an object a name in the tree. A name keeps nothing alive, it goes with its object.</summary>
    /// <returns><see langword="false"/> if the name is taken or the object gone.</returns>
    bool SetName(string name, Guid segment);

    /// <summary>As <see cref="Open"/>, by name.</summary>
    KernelHandle? OpenName(string name, out Guid segment);

    /// <summary>Makes a name free again; its object stays.</summary>
    /// <returns><see langword="false"/> if there is no such name.</returns>
    bool RemoveName(string name);
}
