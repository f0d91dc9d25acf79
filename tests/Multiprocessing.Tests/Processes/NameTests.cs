using System.Globalization;

namespace Multiprocessing.Tests.Processes;

public sealed class NameTests
{
    [Fact]
    public async Task The_first_process_is_MainProcess_without_a_parent()
    {
        await Task.CompletedTask;
        Assert.Equal("MainProcess", ProcessInfo.Current.Name);
        Assert.Equal(Environment.ProcessId, ProcessInfo.Current.Id);
        Assert.True(ProcessInfo.Current.IsAlive);
        Assert.False(ProcessInfo.Current.IsBackground);
        Assert.Null(ProcessInfo.Parent);
    }

    [Fact]
    public async Task Children_are_numbered_and_so_are_their_children()
    {
        using var child = new ChildProcess(() => { });
        Assert.Matches("^Process-[0-9]+$", child.Name);
        using var next = new ChildProcess(() => { });
        Assert.Equal(Number(child) + 1, Number(next));
        string path = "";
        string names = await Answer.OfAsync(
            static () => Answer.OfAsync(static () => $"{ProcessInfo.Current.Name} {ProcessInfo.Parent!.Name}").Result,
            started => path = started.Name);
        Assert.Equal($"{path}:1 {path}", names);
    }

    [Fact]
    public async Task A_child_knows_its_name_and_its_parent() =>
        Assert.Equal(
            $"Alice True MainProcess {Environment.ProcessId} True",
            await Answer.OfAsync(
                static () => $"{ProcessInfo.Current.Name} {ProcessInfo.Current.IsBackground} {ProcessInfo.Parent!.Name} {ProcessInfo.Parent.Id} {ProcessInfo.Parent.IsAlive}",
                child =>
                {
                    child.Name = "Alice";
                    child.IsBackground = true;
                }));

    [Fact]
    public async Task A_process_can_rename_itself_and_its_children_learn_it() =>
        Assert.Equal("Bob", await Answer.OfAsync(static () =>
        {
            ProcessInfo.Current.Name = "Bob";
            return Answer.OfAsync(static () => ProcessInfo.Parent!.Name).Result;
        }));

    [Fact]
    public async Task Nobody_can_rename_another_process() =>
        Assert.Equal("refused", await Answer.OfAsync(static () =>
        {
            try
            {
                ProcessInfo.Parent!.Name = "x";
                return "renamed";
            }
            catch (InvalidOperationException)
            {
                return "refused";
            }
        }));

    [Fact]
    public async Task Children_of_background_children_are_background_children() =>
        Assert.Equal("True", await Answer.OfAsync(
            static () => $"{new ChildProcess(static () => { }).IsBackground}", child => child.IsBackground = true));

    private static int Number(ChildProcess child) => int.Parse(child.Name[8..], CultureInfo.InvariantCulture);
}
