#pragma warning disable CA2016 // Not passing the token is one of the forms.
namespace Multiprocessing.Tests.Pools;

/// <summary>
/// Never run: that all these forms of a call compile, and mean what they say, is the test. A change of the pool's overloads that makes one of
/// them ambiguous breaks the build.
/// </summary>
internal static class CallForms
{
    internal static async Task CompileAsync(ProcessPool pool, CancellationToken token)
    {
        var options = new RunOptions { Timeout = TimeSpan.FromSeconds(1) };
        var y = 1;

        // Functions without an argument.
        int a = pool.Run(() => 1);
        a = pool.Run(() => y + 1, token);
        a = pool.Run(() => 1, options);
        a = pool.Run(() => 1, options, token);
        a = pool.Run(() => 1, cancellationToken: token);
        a = pool.Run(() => 1, options: options, cancellationToken: token);
        a = pool.Run(Number);
        a = pool.Run(NumberToken, token);
        a = pool.Run(NumberToken, options);
        a = pool.Run(ct => 1);
        a = pool.Run(ct => 1, token);
        a = pool.Run(ct => 1, options);
        a = pool.Run(ct => ct.IsCancellationRequested ? 1 : 2, options, token);
        a = pool.Run(static () => Task.FromResult(1));
        a = pool.Run(async () => await Task.FromResult(1));
        a = pool.Run(async ct => await Task.FromResult(1), token);
        a = pool.Run(NumberAsync);
        a = pool.Run(NumberTokenAsync, options, token);
        a = await pool.RunAsync(() => 1);
        a = await pool.RunAsync(() => 1, token);
        a = await pool.RunAsync(Number, options);
        a = await pool.RunAsync(NumberAsync, token);
        a = await pool.RunAsync(async () => await Task.FromResult(y));
        a = await pool.RunAsync(async ct => await Task.FromResult(1), options);
        a = await pool.RunAsync(NumberTokenAsync);

        // With an argument.
        double root = pool.Run(Math.Sqrt, 2.0);
        root = pool.Run(Math.Sqrt, 2.0, token);
        root = pool.Run(Math.Sqrt, 2.0, options, token);
        root = pool.Run(x => x * 2, 2.0);
        root = pool.Run((x, ct) => x * 2, 2.0, token);
        root = await pool.RunAsync(Math.Sqrt, 2.0);
        root = await pool.RunAsync(Math.Sqrt, 2.0, cancellationToken: token);
        root = await pool.RunAsync(Math.Sqrt, 2.0, token);
        root = await pool.RunAsync(x => x * y, 2.0, options);
        a = await pool.RunAsync(LengthAsync, "text");
        a = await pool.RunAsync(LengthTokenAsync, "text", token);
        a = await pool.RunAsync(async text => await Task.FromResult(text.Length), "text");
        a = await pool.RunAsync(async (text, ct) => await Task.FromResult(text.Length), "text", options, token);
        a = pool.Run(pair => pair.Left + pair.Right, (Left: 1, Right: 2));
        string? nothing = pool.Run(x => x, (string?)null);

        // Actions.
        pool.Run(Act);
        pool.Run(ActToken, token);
        pool.Run(ActOn, 1);
        pool.Run(ActOnToken, 1, options);
        pool.Run(() => Console.WriteLine());
        pool.Run(ct => Console.WriteLine(), token);
        pool.Run(() => { });
        pool.Run(() => { }, token);
        pool.Run(x => Console.WriteLine(x), 1);
        pool.Run(async () => { await Task.Yield(); });
        pool.Run(async x => { await Task.Yield(); }, 1);
        pool.Run(ActAsync);
        pool.Run(ActOnAsync, 1, token);
        await pool.RunAsync(Act);
        await pool.RunAsync(() => { });
        await pool.RunAsync(() => { throw new InvalidOperationException(); });
        await pool.RunAsync(async () => { await Task.Yield(); });
        await pool.RunAsync(async ct => { await Task.Delay(1, ct); }, token);
        await pool.RunAsync(async ct => { await Task.Delay(1, ct); }, options, token);
        await pool.RunAsync(async (x, ct) => { await Task.Delay(x, ct); }, 1, token);
        await pool.RunAsync(ActAsync, options);
        await pool.RunAsync(ActOnAsync, 1);
        await pool.RunAsync(() => Task.Delay(1));

        // Delegates of declared types.
        Func<int> number = Number;
        Func<Task<int>> numberAsync = NumberAsync;
        Action act = Act;
        Func<Task> actAsync = ActAsync;
        a = pool.Run(number);
        a = pool.Run(numberAsync);
        a = await pool.RunAsync(numberAsync, token);
        pool.Run(act);
        await pool.RunAsync(actAsync, options, token);

        _ = (a, root, nothing);
    }

    internal static async Task CompileMapsAsync(ProcessPool pool, CancellationToken token)
    {
        var options = new MapOptions();
        double[] roots = pool.Map(Math.Sqrt, [1.0, 2.0]);
        roots = pool.Map(Math.Sqrt, Enumerable.Repeat(1.0, 3), token);
        roots = pool.Map(x => x * 2, new List<double>(), options, token);
        int[] lengths = await pool.MapAsync(LengthAsync, ["a", "b"]);
        lengths = await pool.MapAsync(LengthTokenAsync, ["a", "b"], options);
        lengths = await pool.MapAsync(async text => await Task.FromResult(text.Length), new[] { "a" }, token);
        lengths = await pool.MapAsync((text, ct) => text.Length, new[] { "a" }, token);
        lengths = pool.Map(Math.Max, [(1, 2), (3, 4)]);
        lengths = pool.Map((x, z) => x + z, new[] { (1, 2) });
        lengths = pool.Map((x, z) => 1, new[] { (1, 2) }, token);
        lengths = pool.Map((pair, ct) => pair.Item1 + (ct.CanBeCanceled ? 1 : 0), new[] { (1, 2) });
        lengths = await pool.MapAsync((x, text, z) => x + text.Length + z, new[] { (1, "a", 3) }, options, token);
        lengths = await pool.MapAsync(async (p, q, r, s) => await Task.FromResult(p + q + r + s), new[] { (1, 2, 3, 4) });

        await foreach (double root in pool.MapStreamAsync(Math.Sqrt, Enumerable.Repeat(1.0, 3)))
        {
            roots = [root];
        }
        await foreach (int length in pool.MapStreamUnorderedAsync(LengthAsync, TextsAsync(), new MapStreamOptions { ReadAhead = 3 }, token))
        {
            lengths = [length];
        }
        await foreach (int length in pool.MapStreamAsync(text => text.Length, TextsAsync(), cancellationToken: token).WithCancellation(token))
        {
            lengths = [length];
        }
        foreach (double root in pool.MapStream(Math.Sqrt, [1.0]).Concat(pool.MapStreamUnordered(x => x, [2.0])))
        {
            roots = [root];
        }

        _ = (roots, lengths);
    }

    private static int Number() => 1;

    private static int NumberToken(CancellationToken token) => token.CanBeCanceled ? 1 : 0;

    private static Task<int> NumberAsync() => Task.FromResult(1);

    private static Task<int> NumberTokenAsync(CancellationToken token) => Task.FromResult(NumberToken(token));

    private static Task<int> LengthAsync(string text) => Task.FromResult(text.Length);

    private static Task<int> LengthTokenAsync(string text, CancellationToken token) => Task.FromResult(text.Length + NumberToken(token));

    private static void Act()
    {
    }

    private static void ActToken(CancellationToken token) => token.ThrowIfCancellationRequested();

    private static void ActOn(int number) => ArgumentOutOfRangeException.ThrowIfNegative(number);

    private static void ActOnToken(int number, CancellationToken token) => ActToken(token);

    private static Task ActAsync() => Task.CompletedTask;

    private static Task ActOnAsync(int number) => Task.Delay(number);

    private static async IAsyncEnumerable<string> TextsAsync()
    {
        await Task.Yield();
        yield return "a";
    }
}
