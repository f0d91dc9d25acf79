using System.Reflection;
using System.Runtime.Loader;

namespace Multiprocessing.Serialization;

/// <summary>Where an assembly of this process came from, as far as another process must know to find the same one.</summary>
internal readonly record struct AssemblyOrigin(bool InDefaultContext, string Location, Guid ModuleVersion)
{
    /// <summary>In a single-file program no assembly has a location, this one included.</summary>
    private static readonly bool IsBundled = LocationOf(typeof(AssemblyOrigin).Assembly).Length == 0;

    public static AssemblyOrigin Of(Assembly assembly)
    {
        bool inDefault = AssemblyLoadContext.GetLoadContext(assembly) == AssemblyLoadContext.Default;
        string location = assembly.IsDynamic ? string.Empty : LocationOf(assembly);
        if (assembly.IsDynamic || (location.Length == 0 && !(inDefault && IsBundled)))
        {
            throw new UnserializableException(
                $"the assembly {assembly.GetName().Name} exists only in the memory of this process, so that no other one can load it. "
                + "Load it from a file.");
        }

        return new AssemblyOrigin(inDefault, location, assembly.ManifestModule.ModuleVersionId);
    }

    /// <summary>
    /// The framework's own assemblies: found by name, whatever their build, and never copied field by field.
    /// </summary>
    public static bool IsPlatform(Assembly assembly)
    {
        string name = assembly.GetName().Name ?? string.Empty;
        return name.StartsWith("System.", StringComparison.Ordinal) || name.StartsWith("Microsoft.", StringComparison.Ordinal)
            || name is "System" or "mscorlib" or "netstandard" or "WindowsBase";
    }

#pragma warning disable IL3000 // An empty location is what is asked about.
    public static string LocationOf(Assembly assembly) => assembly.Location;
#pragma warning restore IL3000
}
