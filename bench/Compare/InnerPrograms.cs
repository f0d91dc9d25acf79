using Compare.Limits;
using Compare.Peers;
using Compare.Pools;
using Compare.Starting;

namespace Compare;

/// <summary>What this program is when it starts itself: the far end of a bare chain, or a fresh process for a cold measurement.</summary>
internal static class InnerPrograms
{
    internal static int Run(string mode, string[] arguments, long start) => mode switch
    {
        ColdPool.Mode => ColdPool.Run(start),
        EchoWorker.Mode => EchoWorker.Run(arguments),
        IoPipeWorker.Mode => IoPipeWorker.Run(arguments),
        BareProgram.Mode => BareProgram.Run(),
        _ => throw new ArgumentException($"There is no inner program {mode}.", nameof(mode)),
    };

    /// <summary>How to start this program again, from its own executable or under dotnet.</summary>
    internal static (string Program, string[] Arguments) CommandLine(string mode, params string[] arguments)
    {
        var program = Environment.ProcessPath!;
        return Path.GetFileNameWithoutExtension(program) == "dotnet"
            ? (program, [typeof(InnerPrograms).Assembly.Location, mode, .. arguments])
            : (program, [mode, .. arguments]);
    }
}
