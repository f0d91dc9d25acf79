using Multiprocessing.Platform;

namespace Multiprocessing.Memory;

/// <summary>The hand-over as the root itself uses it: without messages.</summary>
internal sealed class LocalHandOver(Broker broker) : IHandOver
{
    private readonly Holder _holder = new();

    public Guid Deposit(KernelHandle handle) => broker.Deposit(_holder, handle.Duplicate());

    public Guid? Park(Guid segment, Guid container) => broker.Park(segment, container);

    public KernelHandle? Open(Guid token, bool take, out Guid segment) => broker.Open(_holder, token, take, out segment);

    public void Release(Guid segment) => broker.Release(_holder, segment);

    public void Discard(Guid ticket) => broker.Discard(ticket);

    public bool SetName(string name, Guid segment) => broker.SetName(HandOverName.Check(name), segment);

    public KernelHandle? OpenName(string name, out Guid segment) => broker.OpenName(_holder, HandOverName.Check(name), out segment);

    public bool RemoveName(string name) => broker.RemoveName(HandOverName.Check(name));
}
