namespace Multiprocessing.Diagnostics;

/// <summary>
/// Whether anybody can be listening to metrics and traces. Whoever does has the assembly of their classes loaded; as long as it is not, this library
/// does not load it either, for to load it and to make the instruments takes milliseconds of a program's start.
/// </summary>
internal static class Observers
{
    private const string Assembly = "System.Diagnostics.DiagnosticSource";

    private static volatile bool IsAssemblyLoaded;
    private static int IsWatching;

    /// <summary>False: nobody listens. True: <see cref="Telemetry"/> knows.</summary>
    internal static bool MayBePresent => IsAssemblyLoaded;

    /// <summary>From now on <see cref="MayBePresent"/> is known. May be called again.</summary>
    internal static void Watch()
    {
        if (Interlocked.Exchange(ref IsWatching, 1) == 0)
        {
            AppDomain.CurrentDomain.AssemblyLoad += static (_, load) => Look(load.LoadedAssembly);
            Array.ForEach(AppDomain.CurrentDomain.GetAssemblies(), Look);
        }
    }

    private static void Look(System.Reflection.Assembly assembly)
    {
        if (assembly.FullName?.StartsWith(Assembly + ",", StringComparison.Ordinal) == true)
        {
            IsAssemblyLoaded = true;
        }
    }
}
