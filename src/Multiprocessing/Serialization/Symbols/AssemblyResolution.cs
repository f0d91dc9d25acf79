using System.Reflection;
using System.Runtime.Loader;

namespace Multiprocessing.Serialization;

/// <summary>Finds the assembly that the sender meant, and makes sure that it is the same build.</summary>
internal static class AssemblyResolution
{
    public static Assembly Resolve(ref PayloadReader reader)
    {
        bool inDefault = reader.ReadBoolean();
        string name = reader.ReadString() ?? string.Empty;
        Guid moduleVersion = new(reader.Take(16));
        string location = reader.ReadString() ?? string.Empty;

        Assembly assembly = FindLoaded(name, location, inDefault) ?? Load(name, location, inDefault);
        Guid found = assembly.ManifestModule.ModuleVersionId;
        if (found != moduleVersion && !AssemblyOrigin.IsPlatform(assembly))
        {
            throw new PayloadException(
                $"The assembly {assembly.GetName().Name} is not the build that the sender runs: it was rebuilt or replaced while the program was "
                + "running. Restart the program.");
        }

        return assembly;
    }

    // Most are loaded already: the program's own, the framework's, and plug-ins by whatever way (a worker's result comes back to the
    // parent, whose plug-in context this library did not make).
    private static Assembly? FindLoaded(string name, string location, bool inDefault)
    {
        Assembly core = typeof(object).Assembly;
        if (inDefault && core.FullName == name)
        {
            return core;
        }

        if (!inDefault && location.Length == 0)
        {
            return null;
        }

        foreach (AssemblyLoadContext context in inDefault ? [AssemblyLoadContext.Default] : AssemblyLoadContext.All)
        {
            foreach (Assembly assembly in context.Assemblies)
            {
                if (!assembly.IsDynamic && assembly.FullName == name && (inDefault || AssemblyOrigin.LocationOf(assembly) == location))
                {
                    return assembly;
                }
            }
        }

        return null;
    }

    private static Assembly Load(string name, string location, bool inDefault)
    {
        if (!inDefault)
        {
            return PluginLoadContext.Load(location);
        }

        try
        {
            return AssemblyLoadContext.Default.LoadFromAssemblyName(new AssemblyName(name));
        }
        catch (IOException) when (location.Length > 0)
        {
            // The sender may have loaded it by Assembly.LoadFrom, from a place that the host does not probe.
            return Assembly.LoadFrom(location);
        }
    }
}
