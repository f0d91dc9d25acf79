using Multiprocessing.Platform.Linux;

namespace Multiprocessing.Tests.Testing.Leaks;

/// <summary>Control groups that were made below the one of this process, by it or by processes that are no more.</summary>
internal static class GroupResources
{
    public static IEnumerable<Resource> Find()
    {
        if (ControlGroup.OfThisProcess()?.Home() is not { } home || !Directory.Exists(home.Folder))
        {
            yield break;
        }
        foreach (string prefix in (string[])[GroupName.Prefix, MemoryGroup.Prefix])
        {
            foreach (string folder in Directory.EnumerateDirectories(home.Folder, prefix + "*"))
            {
                bool isKnown = GroupName.TryParse(Path.GetFileName(folder).Replace(MemoryGroup.Prefix, "", StringComparison.Ordinal), out GroupName name);
                if (isKnown && (name.Creator == Environment.ProcessId || name.IsOfDead))
                {
                    yield return new Resource("control group", folder);
                }
            }
        }
    }
}
