namespace Multiprocessing.Processes;

/// <summary>What a <see cref="ChildProcess"/> runs, in the form in which it travels to the new process.</summary>
internal abstract class ChildTarget
{
    /// <summary>Whether the target watches a stopping token.</summary>
    public virtual bool WatchesToken => false;

    /// <summary>Runs it to its end.</summary>
    /// <returns>The exit code.</returns>
    public abstract int Invoke(CancellationToken stopping);
}

/// <summary>A target without an argument. The delegate has one of the eight shapes that the constructors take.</summary>
internal sealed class PlainTarget(Delegate target) : ChildTarget
{
    private readonly Delegate _target = target;

    public override bool WatchesToken => _target is Action<CancellationToken> or Func<CancellationToken, int>
        or Func<CancellationToken, Task> or Func<CancellationToken, Task<int>>;

    public override int Invoke(CancellationToken stopping)
    {
        switch (_target)
        {
            case Action run:
                run();
                return 0;
            case Func<int> run:
                return run();
            case Func<Task<int>> run:
                return run().GetAwaiter().GetResult();
            case Func<Task> run:
                run().GetAwaiter().GetResult();
                return 0;
            case Action<CancellationToken> run:
                run(stopping);
                return 0;
            case Func<CancellationToken, int> run:
                return run(stopping);
            case Func<CancellationToken, Task<int>> run:
                return run(stopping).GetAwaiter().GetResult();
            case Func<CancellationToken, Task> run:
                run(stopping).GetAwaiter().GetResult();
                return 0;
            default:
                throw new InvalidDataException($"A target cannot be a {_target.GetType()}.");
        }
    }
}

/// <summary>A target with one argument.</summary>
internal sealed class ArgumentTarget<T>(Delegate target, T argument) : ChildTarget
{
    private readonly Delegate _target = target;
    private readonly T _argument = argument;

    public override bool WatchesToken => _target is Action<T, CancellationToken> or Func<T, CancellationToken, int>
        or Func<T, CancellationToken, Task> or Func<T, CancellationToken, Task<int>>;

    public override int Invoke(CancellationToken stopping)
    {
        switch (_target)
        {
            case Action<T> run:
                run(_argument);
                return 0;
            case Func<T, int> run:
                return run(_argument);
            case Func<T, Task<int>> run:
                return run(_argument).GetAwaiter().GetResult();
            case Func<T, Task> run:
                run(_argument).GetAwaiter().GetResult();
                return 0;
            case Action<T, CancellationToken> run:
                run(_argument, stopping);
                return 0;
            case Func<T, CancellationToken, int> run:
                return run(_argument, stopping);
            case Func<T, CancellationToken, Task<int>> run:
                return run(_argument, stopping).GetAwaiter().GetResult();
            case Func<T, CancellationToken, Task> run:
                run(_argument, stopping).GetAwaiter().GetResult();
                return 0;
            default:
                throw new InvalidDataException($"A target cannot be a {_target.GetType()}.");
        }
    }
}
