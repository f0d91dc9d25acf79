using System.Reflection;
using System.Runtime.Loader;

namespace Multiprocessing.Tests.Processes;

/// <summary>Functions of assemblies that the program loaded from elsewhere.</summary>
public sealed class PluginTests
{
    // artifacts/bin/Plugin beside artifacts/bin/Multiprocessing.Tests, of the same configuration.
    private static string PluginPath
    {
        get
        {
            string folder = AppContext.BaseDirectory.TrimEnd('/');
            return Path.Combine(folder, "..", "..", "Plugin", Path.GetFileName(folder), "Plugin.dll");
        }
    }

    [Fact]
    public async Task A_lambda_of_an_assembly_in_another_load_context_runs_in_a_child()
    {
        AssemblyLoadContext context = new("the program's own context for plug-ins");
        Func<int> square = Square(context.LoadFromAssemblyPath(Path.GetFullPath(PluginPath)), 6);
        using var child = new ChildProcess(square);
        child.Start();
        await child.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(36, child.ExitCode);
    }

    [Fact]
    [Trait("PainPoint", "37")]
    public async Task A_lambda_of_an_assembly_in_another_load_context_runs_in_a_pool()
    {
        AssemblyLoadContext context = new("the program's own context for plug-ins");
        Func<int> square = Square(context.LoadFromAssemblyPath(Path.GetFullPath(PluginPath)), 7);
        await using var pool = new ProcessPool(workers: 1);
        Assert.Equal(49, await pool.RunAsync(square, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void An_assembly_that_exists_only_in_memory_is_refused()
    {
        AssemblyLoadContext context = new("in memory");
        using var stream = new MemoryStream(File.ReadAllBytes(PluginPath));
        Func<int> square = Square(context.LoadFromStream(stream), 6);
        using var child = new ChildProcess(square);
        var error = Assert.Throws<UnserializableException>(child.Start);
        Assert.Contains("Plugin exists only in the memory of this process", error.Message, StringComparison.Ordinal);
        Assert.Null(child.Id);
    }

    private static Func<int> Square(Assembly plugin, int number) =>
        (Func<int>)plugin.GetType("Plugin.Functions", throwOnError: true)!.GetMethod("Square")!.Invoke(null, [number])!;
}
