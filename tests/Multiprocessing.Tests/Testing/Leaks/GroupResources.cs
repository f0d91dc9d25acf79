using Multiprocessing.Platform.Linux;

namespace Multiprocessing.Tests.Testing.Leaks;

/// <summary>Control groups that were made below the one of this process, by it or by processes that are no more.</summary>
internal static class GroupResources
{
    /// <summary>Before the name of those that tests make themselves.</summary>
    public const string OfTests = "mp-test-";

    public static IEnumerable<Resource> Find()
    {
        if (ControlGroup.OfThisProcess()?.Home() is not { } home || !Directory.Exists(home.Folder))
        {
            yield break;
        }
        foreach (string folder in Directory.EnumerateDirectories(home.Folder))
        {
            string name = Path.GetFileName(folder);
            if (GroupName.TryParse(name.StartsWith(OfTests, StringComparison.Ordinal) ? name[OfTests.Length..] : name, out GroupName group)
                && (group.Creator == Environment.ProcessId || group.IsOfDead))
            {
                yield return new Resource("control group", folder);
            }
        }
    }
}
