namespace Multiprocessing.Tests.Processes;

/// <summary>The leak tracker looks whether anything is left of them.</summary>
public sealed class ManyChildrenTests
{
    /// <summary>A longer run: MULTIPROCESSING_TEST_CHILDREN=10000.</summary>
    private static readonly int Count = int.Parse(
        Environment.GetEnvironmentVariable("MULTIPROCESSING_TEST_CHILDREN") ?? "1000", System.Globalization.CultureInfo.InvariantCulture);

    [Fact(Timeout = 1_200_000)]
    public async Task A_thousand_short_lived_children_in_a_row()
    {
        for (int i = 0; i < Count; i++)
        {
            int code = i & 0x7f;
            using var child = new ChildProcess(() => code);
            child.Start();
            await child.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Equal(code, child.ExitCode);
        }
        Assert.Empty(ChildProcess.ActiveChildren);
    }

    [Fact(Timeout = 200_000)]
    [Trait("PainPoint", "38")]
    public async Task A_hundred_at_once()
    {
        string[] files = new string[100];
        var children = new ChildProcess[100];
        string go = Answer.NewFile();
        for (int i = 0; i < children.Length; i++)
        {
            string file = files[i] = Answer.NewFile();
            children[i] = new ChildProcess(() =>
            {
                Answer.Write(file, "");
                while (!File.Exists(go))
                {
                    Thread.CurrentThread.Join(10);
                }
            });
            children[i].Start();
        }
        foreach (string file in files)
        {
            await Answer.InAsync(file);
        }
        Assert.Equal(100, ChildProcess.ActiveChildren.Count);
        await File.WriteAllTextAsync(go, "", TestContext.Current.CancellationToken);
        foreach (ChildProcess child in children)
        {
            await child.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Equal(0, child.ExitCode);
            child.Dispose();
        }
        File.Delete(go);
        Assert.Empty(ChildProcess.ActiveChildren);
    }

    [Fact]
    public async Task Many_threads_start_children_at_the_same_time()
    {
        await Parallel.ForAsync(0, 16, TestContext.Current.CancellationToken, async (i, stop) =>
        {
            using var child = new ChildProcess(() => i);
            child.Start();
            await child.WaitForExitAsync(stop);
            Assert.Equal(i, child.ExitCode);
        });
    }
}
