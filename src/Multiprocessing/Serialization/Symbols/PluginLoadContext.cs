using System.Reflection;
using System.Runtime.Loader;

namespace Multiprocessing.Serialization;

/// <summary>
/// Holds the plug-ins of one directory which the sender had loaded outside its default context. What a plug-in shares with the
/// program (the program can find it) is the program's own, so that its types are the same on both sides of the border.
/// </summary>
internal sealed class PluginLoadContext : AssemblyLoadContext
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<string, PluginLoadContext> ByDirectory = [];

    private readonly AssemblyDependencyResolver _resolver;

    private PluginLoadContext(string directory, string mainFile)
        : base("plug-in " + directory)
    {
        _resolver = new AssemblyDependencyResolver(mainFile);
    }

    public static Assembly Load(string path)
    {
        string directory = Path.GetDirectoryName(path) ?? string.Empty;
        PluginLoadContext? context;
        lock (Gate)
        {
            if (!ByDirectory.TryGetValue(directory, out context))
            {
                context = new PluginLoadContext(directory, MainFile(directory) ?? path);
                ByDirectory.Add(directory, context);
            }
        }

        return context.LoadFromAssemblyPath(path);
    }

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        string? path = _resolver.ResolveAssemblyToPath(assemblyName);
        if (path is null)
        {
            return null;
        }

        foreach (Assembly shared in Default.Assemblies)
        {
            if (!shared.IsDynamic && AssemblyName.ReferenceMatchesDefinition(assemblyName, shared.GetName()))
            {
                return null;
            }
        }

        return LoadFromAssemblyPath(path);
    }

    /// <inheritdoc/>
    protected override nint LoadUnmanagedDll(string unmanagedDllName)
    {
        string? path = _resolver.ResolveUnmanagedDllToPath(unmanagedDllName);
        return path is null ? 0 : LoadUnmanagedDllFromPath(path);
    }

    // Only the plug-in's own file has a list of dependencies beside it.
    private static string? MainFile(string directory)
    {
        string[] lists = Directory.GetFiles(directory, "*.deps.json");
        string main = lists.Length == 1 ? lists[0][..^".deps.json".Length] + ".dll" : string.Empty;
        return File.Exists(main) ? main : null;
    }
}
