using Compare.Limits;

namespace Compare;

/// <summary>What this program is when it starts itself: the far end of a bare chain, or a fresh process for a cold measurement.</summary>
internal static class InnerPrograms
{
    internal static int Run(string mode, string[] arguments, long start) => mode switch
    {
        EchoWorker.Mode => EchoWorker.Run(arguments),
        _ => throw new ArgumentException($"There is no inner program {mode} ({start}).", nameof(mode)),
    };
}
