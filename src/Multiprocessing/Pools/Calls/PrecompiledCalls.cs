namespace Multiprocessing.Pools;

/// <summary>
/// Never called. Ahead-of-time compilation makes generic code over value types only for those that this assembly names; for others the
/// just-in-time compiler works before the first result of a process, some thirty methods in the caller and twenty in the worker. So here
/// are the calls over the commonest types; what is virtual is named through sealed classes, or it would not count. Reference types share one
/// code, which is there anyway.
/// </summary>
internal static class PrecompiledCalls
{
    internal static void Name(ProcessPool pool)
    {
        Results<int>(pool);
        Results<long>(pool);
        Results<double>(pool);
        Results<bool>(pool);
        Arguments<int, int>(pool);
        Arguments<int, double>(pool);
        Arguments<int, bool>(pool);
        Arguments<long, long>(pool);
        Arguments<long, bool>(pool);
        Arguments<double, double>(pool);
    }

    private static void Results<TResult>(ProcessPool pool)
    {
        pool.Run<TResult>((Func<TResult>)null!);
        _ = pool.RunAsync<TResult>((Func<TResult>)null!);
        PayloadReader reader = default;
        FuncCall<TResult> call = new();
        call.Bind(null!);
        call.Execute(ref reader, null!, default);
        AsyncFuncCall<TResult> asyncCall = new();
        asyncCall.Bind(null!);
        asyncCall.Execute(ref reader, null!, default);
        Arguments<string, TResult>(pool);
        Arguments<TResult, string>(pool);
    }

    private static void Arguments<TArg, TResult>(ProcessPool pool)
    {
        pool.Run((Func<TArg, TResult>)null!, default!);
        _ = pool.RunAsync((Func<TArg, TResult>)null!, default!);
        pool.Map((Func<TArg, TResult>)null!, []);
        _ = pool.MapAsync((Func<TArg, TResult>)null!, []);
        PayloadReader reader = default;
        FuncCall<TArg, TResult> call = new();
        call.Bind(null!);
        call.Execute(ref reader, null!, default);
        call.ExecuteBatch(default, null!, null!);
    }
}
