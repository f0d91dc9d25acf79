using System.Text;
using Multiprocessing.Processes;
using Multiprocessing.Tests.Testing;

namespace Multiprocessing.Tests.Processes.Launch;

public sealed class HookableRuntimeConfigTests : IDisposable
{
    private const string Config = """
        {
          // Hosts accept comments and trailing commas.
          "runtimeOptions": {
            "tfm": "net10.0",
            "configProperties": { "System.GC.Server": true, "System.StartupHookProvider.IsSupported": false, },
          }
        }
        """;

    private readonly TemporaryFolder _folder = new();

    private string Cache => Path.Combine(_folder.Path, "cache");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Everything_but_the_switch_is_kept()
    {
        string rewritten = Encoding.UTF8.GetString(HookableRuntimeConfig.Rewrite(Encoding.UTF8.GetBytes(Config), null));
        Assert.Contains("\"System.GC.Server\": true", rewritten, StringComparison.Ordinal);
        Assert.Contains("net10.0", rewritten, StringComparison.Ordinal);
        Assert.DoesNotContain("StartupHook", rewritten, StringComparison.Ordinal);
    }

    [Fact]
    public void Probing_paths_of_the_development_configuration_are_merged()
    {
        byte[] development = Encoding.UTF8.GetBytes("""{ "runtimeOptions": { "additionalProbingPaths": [ "/home/u/.nuget/packages" ] } }""");
        string rewritten = Encoding.UTF8.GetString(HookableRuntimeConfig.Rewrite(Encoding.UTF8.GetBytes(Config), development));
        Assert.Contains("/home/u/.nuget/packages", rewritten, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_configuration_is_written_once_and_another_one_beside_it()
    {
        string config = _folder.Write("app.runtimeconfig.json", Config);
        string first = HookableRuntimeConfig.For(config, Cache);
        DateTime written = File.GetLastWriteTimeUtc(first);
        Assert.Equal(first, HookableRuntimeConfig.For(config, Cache));
        Assert.Equal(written, File.GetLastWriteTimeUtc(first));
        _folder.Write("app.runtimeconfig.json", Config.Replace("true", "false", StringComparison.Ordinal));
        Assert.NotEqual(first, HookableRuntimeConfig.For(config, Cache));
        Assert.Equal(3, Directory.GetFiles(_folder.Path).Length);
    }

    [Fact]
    public void A_read_only_program_folder_is_left_alone()
    {
        // A folder of the kernel, because the tests may run as root, for whom permissions do not count.
        string config = HookableRuntimeConfigPath("/proc/self/fd");
        Assert.StartsWith(Cache, config, StringComparison.Ordinal);
        Assert.True(File.Exists(config));
    }

    [Fact]
    public void No_writable_folder_at_all_is_one_clear_error()
    {
        string config = _folder.Write("app.runtimeconfig.json", Config);
        using FileStream open = File.OpenRead(config);
        string unwritable = $"/proc/self/fd/{open.SafeFileHandle.DangerousGetHandle()}";
        var error = Assert.Throws<PlatformNotSupportedException>(() => HookableRuntimeConfig.For(unwritable, "/proc/self/fd"));
        Assert.Contains("StartupHookSupport", error.Message, StringComparison.Ordinal);
    }

    private string HookableRuntimeConfigPath(string folder)
    {
        using FileStream open = File.OpenRead(_folder.Write("app.runtimeconfig.json", Config));
        return HookableRuntimeConfig.For($"{folder}/{open.SafeFileHandle.DangerousGetHandle()}", Cache);
    }
}
