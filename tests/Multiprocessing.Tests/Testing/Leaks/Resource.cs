namespace Multiprocessing.Tests.Testing.Leaks;

/// <summary>Something that must be given back, as <c>/proc</c> names it.</summary>
internal readonly record struct Resource(string Kind, string Name)
{
    public static IEnumerable<Resource> All() =>
    [
        .. ProcessResources.Find(),
        .. ThreadResources.Find(),
        .. DescriptorResources.Find(),
        .. MappingResources.Find(),
        .. FileResources.Find(),
        .. GroupResources.Find(),
    ];
}
