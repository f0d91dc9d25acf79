using System.Runtime.CompilerServices;
using Multiprocessing.Processes;

namespace Multiprocessing;

// The priorities make lambdas that fit several shapes, such as one that only throws, resolve to one of them.
public sealed partial class ChildProcess
{
    /// <summary>A child that runs a function.</summary>
    /// <param name="target">The function. Its process ends with 0 when it returns.</param>
    [OverloadResolutionPriority(0)]
    public ChildProcess(Action target)
        : this(Plain(target))
    {
    }

    /// <summary>A child that runs a function.</summary>
    /// <param name="target">The function. Its result is the exit code.</param>
    [OverloadResolutionPriority(1)]
    public ChildProcess(Func<int> target)
        : this(Plain(target))
    {
    }

    /// <summary>A child that runs a function.</summary>
    /// <param name="target">The function. Its process ends with 0 when its task has completed.</param>
    [OverloadResolutionPriority(2)]
    public ChildProcess(Func<Task> target)
        : this(Plain(target))
    {
    }

    /// <summary>A child that runs a function.</summary>
    /// <param name="target">The function. The result of its task is the exit code.</param>
    [OverloadResolutionPriority(3)]
    public ChildProcess(Func<Task<int>> target)
        : this(Plain(target))
    {
    }

    /// <summary>A child that runs a function that is told to stop by a token, which <see cref="Interrupt"/> cancels.</summary>
    /// <param name="target">The function. Its process ends with 0 when it returns.</param>
    [OverloadResolutionPriority(0)]
    public ChildProcess(Action<CancellationToken> target)
        : this(Plain(target))
    {
    }

    /// <summary>A child that runs a function that is told to stop by a token, which <see cref="Interrupt"/> cancels.</summary>
    /// <param name="target">The function. Its result is the exit code.</param>
    [OverloadResolutionPriority(1)]
    public ChildProcess(Func<CancellationToken, int> target)
        : this(Plain(target))
    {
    }

    /// <summary>A child that runs a function that is told to stop by a token, which <see cref="Interrupt"/> cancels.</summary>
    /// <param name="target">The function. Its process ends with 0 when its task has completed.</param>
    [OverloadResolutionPriority(2)]
    public ChildProcess(Func<CancellationToken, Task> target)
        : this(Plain(target))
    {
    }

    /// <summary>A child that runs a function that is told to stop by a token, which <see cref="Interrupt"/> cancels.</summary>
    /// <param name="target">The function. The result of its task is the exit code.</param>
    [OverloadResolutionPriority(3)]
    public ChildProcess(Func<CancellationToken, Task<int>> target)
        : this(Plain(target))
    {
    }

    /// <summary>A child that runs a function with an argument.</summary>
    /// <typeparam name="T">The type of the argument.</typeparam>
    /// <param name="target">The function. Its process ends with 0 when it returns.</param>
    /// <param name="argument">Copied to the child at its start.</param>
    [OverloadResolutionPriority(0)]
    public static ChildProcess Create<T>(Action<T> target, T argument) => new(With(target, argument));

    /// <summary>A child that runs a function with an argument.</summary>
    /// <typeparam name="T">The type of the argument.</typeparam>
    /// <param name="target">The function. Its result is the exit code.</param>
    /// <param name="argument">Copied to the child at its start.</param>
    [OverloadResolutionPriority(1)]
    public static ChildProcess Create<T>(Func<T, int> target, T argument) => new(With(target, argument));

    /// <summary>A child that runs a function with an argument.</summary>
    /// <typeparam name="T">The type of the argument.</typeparam>
    /// <param name="target">The function. Its process ends with 0 when its task has completed.</param>
    /// <param name="argument">Copied to the child at its start.</param>
    [OverloadResolutionPriority(2)]
    public static ChildProcess Create<T>(Func<T, Task> target, T argument) => new(With(target, argument));

    /// <summary>A child that runs a function with an argument.</summary>
    /// <typeparam name="T">The type of the argument.</typeparam>
    /// <param name="target">The function. The result of its task is the exit code.</param>
    /// <param name="argument">Copied to the child at its start.</param>
    [OverloadResolutionPriority(3)]
    public static ChildProcess Create<T>(Func<T, Task<int>> target, T argument) => new(With(target, argument));

    /// <summary>A child that runs a function with an argument that is told to stop by a token, which <see cref="Interrupt"/> cancels.</summary>
    /// <typeparam name="T">The type of the argument.</typeparam>
    /// <param name="target">The function. Its process ends with 0 when it returns.</param>
    /// <param name="argument">Copied to the child at its start.</param>
    [OverloadResolutionPriority(0)]
    public static ChildProcess Create<T>(Action<T, CancellationToken> target, T argument) => new(With(target, argument));

    /// <summary>A child that runs a function with an argument that is told to stop by a token, which <see cref="Interrupt"/> cancels.</summary>
    /// <typeparam name="T">The type of the argument.</typeparam>
    /// <param name="target">The function. Its result is the exit code.</param>
    /// <param name="argument">Copied to the child at its start.</param>
    [OverloadResolutionPriority(1)]
    public static ChildProcess Create<T>(Func<T, CancellationToken, int> target, T argument) => new(With(target, argument));

    /// <summary>A child that runs a function with an argument that is told to stop by a token, which <see cref="Interrupt"/> cancels.</summary>
    /// <typeparam name="T">The type of the argument.</typeparam>
    /// <param name="target">The function. Its process ends with 0 when its task has completed.</param>
    /// <param name="argument">Copied to the child at its start.</param>
    [OverloadResolutionPriority(2)]
    public static ChildProcess Create<T>(Func<T, CancellationToken, Task> target, T argument) => new(With(target, argument));

    /// <summary>A child that runs a function with an argument that is told to stop by a token, which <see cref="Interrupt"/> cancels.</summary>
    /// <typeparam name="T">The type of the argument.</typeparam>
    /// <param name="target">The function. The result of its task is the exit code.</param>
    /// <param name="argument">Copied to the child at its start.</param>
    [OverloadResolutionPriority(3)]
    public static ChildProcess Create<T>(Func<T, CancellationToken, Task<int>> target, T argument) => new(With(target, argument));

    private static PlainTarget Plain(Delegate target)
    {
        ArgumentNullException.ThrowIfNull(target);
        return new PlainTarget(target);
    }

    private static ArgumentTarget<T> With<T>(Delegate target, T argument)
    {
        ArgumentNullException.ThrowIfNull(target);
        return new ArgumentTarget<T>(target, argument);
    }
}
