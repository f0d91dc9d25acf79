using System.Globalization;
using System.Reflection;
using Microsoft.Diagnostics.NETCore.Client;
using Multiprocessing.Tests.Testing;
using Xunit.v3;

[assembly: DumpWhenLate]

namespace Multiprocessing.Tests.Testing;

/// <summary>
/// Writes a dump of this process shortly before a test runs out of time, while the wait that does not end can still be seen in it.
/// </summary>
[AttributeUsage(AttributeTargets.Assembly | AttributeTargets.Method)]
public sealed class DumpWhenLateAttribute : BeforeAfterTestAttribute
{
    private static readonly AsyncLocal<Timer?> Current = new();
    private static int Dumps;

    public override void Before(MethodInfo methodUnderTest, IXunitTest test)
    {
        TimeSpan late = TimeSpan.FromMilliseconds(test.Timeout * 0.9);
        Current.Value = late > TimeSpan.Zero ? new Timer(_ => Write(test.TestDisplayName), null, late, Timeout.InfiniteTimeSpan) : null;
    }

    public override void After(MethodInfo methodUnderTest, IXunitTest test) => Current.Value?.Dispose();

    /// <summary>Writes at most three in a run: one cause often makes many tests late.</summary>
    private static void Write(string test)
    {
        if (Interlocked.Increment(ref Dumps) > 3)
        {
            return;
        }
        string folder = Path.Combine(Environment.CurrentDirectory, "TestResults");
        Directory.CreateDirectory(folder);
        string name = string.Create(CultureInfo.InvariantCulture, $"late-{Environment.ProcessId}-{Dumps}.dmp");
        string path = Path.Combine(folder, name);
        new DiagnosticsClient(Environment.ProcessId).WriteDump(DumpType.Triage, path);
        Console.Error.WriteLine($"Late: {test}. Dump: {path}");
    }
}
