namespace Multiprocessing.Tests.Processes;

/// <summary>The settings of the program are changed in children only, because other tests use them.</summary>
public sealed class ContextTests
{
    [Fact]
    public async Task The_default_is_Standby_and_is_first_of_all()
    {
        Assert.Equal([StartMethod.Standby, StartMethod.Spawn], MultiprocessingContext.GetAllStartMethods());
        Assert.Equal("Standby", await Answer.OfAsync(static () => $"{MultiprocessingContext.Default.StartMethod}"));
    }

    [Fact]
    public async Task Pythons_names_are_read()
    {
        await Task.CompletedTask;
        Assert.Equal(StartMethod.Standby, MultiprocessingContext.ParseStartMethod("forkserver"));
        Assert.Equal(StartMethod.Standby, MultiprocessingContext.ParseStartMethod("Standby"));
        Assert.Equal(StartMethod.Spawn, MultiprocessingContext.Get("spawn").StartMethod);
        Assert.Equal(StartMethod.Fork, MultiprocessingContext.ParseStartMethod("fork"));
        Assert.Throws<ArgumentException>(() => MultiprocessingContext.Get("thread"));
        Assert.Throws<PlatformNotSupportedException>(() => MultiprocessingContext.Get("fork"));
        Assert.Throws<ArgumentOutOfRangeException>(() => MultiprocessingContext.Get((StartMethod)9));
    }

    [Fact]
    public async Task A_bound_context_cannot_be_changed()
    {
        await Task.CompletedTask;
        MultiprocessingContext spawn = MultiprocessingContext.Get(StartMethod.Spawn);
        Assert.Same(spawn, MultiprocessingContext.Get("spawn"));
        Assert.Throws<InvalidOperationException>(() => spawn.SetStartMethod(StartMethod.Standby, force: true));
    }

    [Fact]
    public async Task The_method_is_set_once() => Assert.Equal("none Spawn refused Standby none", await Answer.OfAsync(static () =>
    {
        MultiprocessingContext context = MultiprocessingContext.Default;
        string story = context.StartMethodIfSet?.ToString() ?? "none";
        context.SetStartMethod(StartMethod.Spawn);
        story += $" {context.StartMethod}";
        try
        {
            context.SetStartMethod(StartMethod.Standby);
        }
        catch (InvalidOperationException)
        {
            story += " refused";
        }
        context.SetStartMethod(StartMethod.Standby, force: true);
        story += $" {context.StartMethod}";
        context.SetStartMethod(null, force: true);
        return story + $" {context.StartMethodIfSet?.ToString() ?? "none"}";
    }));

    [Fact]
    public async Task Asking_for_the_method_settles_it() => Assert.Equal("refused", await Answer.OfAsync(static () =>
    {
        _ = MultiprocessingContext.Default.StartMethod;
        try
        {
            MultiprocessingContext.Default.SetStartMethod(StartMethod.Spawn);
            return "set";
        }
        catch (InvalidOperationException)
        {
            return "refused";
        }
    }));
}
