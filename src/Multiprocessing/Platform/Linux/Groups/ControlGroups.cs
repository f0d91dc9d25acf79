namespace Multiprocessing.Platform.Linux;

/// <summary>What control groups (cgroups(7)) do for this process and its children.</summary>
internal sealed class ControlGroups : MemoryControl
{
    private readonly ControlGroup? _own = ControlGroup.OfThisProcess();

    public override long OutOfMemoryKills => _own is null ? 0 : WorkerGroup.OutOfMemoryKills(_own);

    public override void BeginLimited(long limit) => LimitedProcess.Begin(limit);

    public override void RemoveLeftovers()
    {
        if (ControlGroup.OfThisProcess()?.Home() is { } home)
        {
            GroupRemoval.RemoveLeftovers(home);
        }
    }
}
