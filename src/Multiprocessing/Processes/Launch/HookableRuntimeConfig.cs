using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Multiprocessing.Processes;

/// <summary>
/// A copy of a program's runtime configuration without the switch that makes the runtime ignore startup hooks.
/// </summary>
/// <remarks>
/// The host maps the file and resolves its path first, so it must have a name in a file system: an anonymous file given as
/// <c>/proc/self/fd/N</c> is refused ("does not exist"). A temporary file would outlive a parent that is killed. So the copy is kept,
/// named by its content: beside the original, as one more output of the build, or in the user's cache folder where that is read-only.
/// </remarks>
internal static class HookableRuntimeConfig
{
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>Returns the path of the copy, which is made if it does not exist yet.</summary>
    /// <exception cref="PlatformNotSupportedException">No folder to keep it in is writable.</exception>
    public static string For(string runtimeConfig, string cacheDirectory)
    {
        byte[] content = Rewrite(File.ReadAllBytes(runtimeConfig), DevelopmentConfigOf(runtimeConfig));
        string name = Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 8));
        string program = Path.GetFileName(runtimeConfig).Replace(".runtimeconfig.json", "", StringComparison.OrdinalIgnoreCase);
        Exception? reason = null;
        foreach (string folder in new[] { Path.GetDirectoryName(runtimeConfig)!, cacheDirectory })
        {
            string path = Path.Combine(folder, $"{program}.{name}.runtimeconfig.json");
            try
            {
                if (!File.Exists(path))
                {
                    Directory.CreateDirectory(folder);
                    WriteAtOnce(path, content);
                }
                return path;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                reason = e;
            }
        }
        throw new PlatformNotSupportedException(
            "This program switches startup hooks off, and no folder is writable for a runtime configuration without that switch; "
            + "set <StartupHookSupport>true</StartupHookSupport> in the project.", reason);
    }

    /// <summary>The configuration without the switch; probing paths of the development configuration are merged, because the host looks for that file by name.</summary>
    internal static byte[] Rewrite(ReadOnlySpan<byte> config, byte[]? developmentConfig)
    {
        JsonNode root = JsonNode.Parse(config, documentOptions: Lenient) ?? throw new JsonException("The runtime configuration is empty.");
        JsonObject options = root["runtimeOptions"]?.AsObject() ?? throw new JsonException("The runtime configuration has no runtimeOptions.");
        (options["configProperties"] as JsonObject)?.Remove(HostFacts.StartupHookSwitch);
        if (developmentConfig is not null
            && JsonNode.Parse(developmentConfig, documentOptions: Lenient)?["runtimeOptions"]?["additionalProbingPaths"] is JsonArray probing
            && options["additionalProbingPaths"] is null)
        {
            options["additionalProbingPaths"] = probing.DeepClone();
        }
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            root.WriteTo(writer);
        }
        return buffer.ToArray();
    }

    private static byte[]? DevelopmentConfigOf(string runtimeConfig)
    {
        string path = Path.ChangeExtension(runtimeConfig, ".dev.json");
        return File.Exists(path) ? File.ReadAllBytes(path) : null;
    }

    // A host that starts at the same time must see the whole file or none.
    private static void WriteAtOnce(string path, byte[] content)
    {
        string part = $"{path}.{Environment.ProcessId}.part";
        try
        {
            File.WriteAllBytes(part, content);
            File.Move(part, path, overwrite: true);
        }
        finally
        {
            File.Delete(part);
        }
    }
}
