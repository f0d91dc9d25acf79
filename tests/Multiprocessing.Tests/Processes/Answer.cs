namespace Multiprocessing.Tests.Processes;

/// <summary>What a child process has to say, by way of a file.</summary>
internal static class Answer
{
    /// <summary>Runs a function in a child process and returns its result.</summary>
    public static async Task<string> OfAsync(Func<string> question, Action<ChildProcess>? prepare = null)
    {
        string file = NewFile();
        using var child = new ChildProcess(() => File.WriteAllText(file, question()));
        prepare?.Invoke(child);
        child.Start();
        await child.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, child.ExitCode);
        string answer = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        File.Delete(file);
        return answer;
    }

    /// <summary>Waits until a file that a child writes last thing is there, and returns its text.</summary>
    public static async Task<string> InAsync(string file)
    {
        while (!File.Exists(file))
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
        string text = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        File.Delete(file);
        return text;
    }

    /// <summary>A name for a file that does not exist yet.</summary>
    public static string NewFile() => Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    /// <summary>Makes a text appear under a name all at once.</summary>
    public static void Write(string file, string text)
    {
        string part = Path.Combine(Path.GetDirectoryName(file)!, $".{Path.GetFileName(file)}"); // Which no pattern of such names matches.
        File.WriteAllText(part, text);
        File.Move(part, file);
    }
}
