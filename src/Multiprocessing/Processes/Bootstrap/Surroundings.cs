using System.Globalization;
using Multiprocessing.Platform;
using Multiprocessing.Platform.Linux;

namespace Multiprocessing.Processes;

/// <summary>
/// What a child takes over from its parent as of the parent's <c>Start</c>, however long before that it was started itself.
/// </summary>
internal static class Surroundings
{
    /// <summary>Runs in the new process, before any user code.</summary>
    public static void TakeOver(Claim claim)
    {
        foreach ((string name, string? value) in claim.Environment)
        {
            NativeEnvironment.Set(name, value);
        }
        if (claim.WorkingDirectory is { } directory)
        {
            Environment.CurrentDirectory = directory;
        }
        if (claim.ProcessGroup != Kernel.Lifetime.ProcessGroup)
        {
            JoinGroup(claim.ProcessGroup);
        }
        if (claim.Niceness is { } niceness)
        {
            Kernel.Scheduling.SetNiceness(niceness);
        }
        if (claim.Affinity.Length > 0)
        {
            Kernel.Scheduling.SetAffinity(claim.Affinity);
        }
        if (claim.Culture is { } culture)
        {
            CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);
        }
        if (claim.UICulture is { } uiCulture)
        {
            CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(uiCulture);
        }
    }

    // 0: a group of its own, which this process may have been started with already.
    private static void JoinGroup(int group)
    {
        if (group != 0 || Kernel.Lifetime.ProcessGroup != Environment.ProcessId)
        {
            Kernel.Lifetime.SetProcessGroup(group);
        }
    }
}
