using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Multiprocessing.Serialization;

namespace Multiprocessing.Pools;

/// <summary>
/// The shape of a call: which delegate type, which argument, which result. A request names its closed type, so the worker reads, invokes
/// and writes without reflection. Instances belong to one worker and one delegate at a time.
/// </summary>
internal abstract class PoolCall
{
    /// <summary>Takes the delegate of the next executions.</summary>
    internal abstract void Bind(Delegate function);

    /// <summary>Forgets the delegate: what it has captured must not live until the next call of this shape.</summary>
    internal abstract void Unbind();

    /// <summary>Reads the argument, invokes, writes a whole response. What user code throws comes out of it.</summary>
    internal abstract void Execute(ref PayloadReader reader, PayloadWriter response, CancellationToken cancellationToken);

    /// <summary>Runs all items of a batch that it can claim, each as if it were a call. Never throws.</summary>
    internal abstract void ExecuteBatch(in BatchRequest batch, TaskRunner runner, BatchHost host);
}

/// <summary>The common part of all shapes.</summary>
internal abstract class PoolCall<TDelegate, TArg, TResult> : PoolCall
    where TDelegate : Delegate
{
    private TDelegate? _function;

    internal sealed override void Bind(Delegate function) =>
        _function = function as TDelegate ?? throw new PayloadException($"A {function.GetType()} was sent where a {typeof(TDelegate)} belongs.");

    internal sealed override void Unbind() => _function = null;

    internal sealed override void Execute(ref PayloadReader reader, PayloadWriter response, CancellationToken cancellationToken)
    {
        var argument = typeof(TArg) == typeof(Nothing) ? default! : Serializer.Read<TArg>(ref reader);
        var result = Invoke(_function!, argument, cancellationToken);
        response.WriteByte((byte)ResponseStatus.Ok);
        if (typeof(TResult) != typeof(Nothing))
        {
            Serializer.Write(response, result);
        }
    }

    internal sealed override void ExecuteBatch(in BatchRequest batch, TaskRunner runner, BatchHost host)
    {
        var function = _function!;
        var offset = 0;
        while (batch.TryBegin(out var index))
        {
            var token = batch.TakesToken ? host.BeginToken() : CancellationToken.None;
            try
            {
                runner.BeginItem(index);
                var result = Invoke(function, ReadItem(batch, runner, index, ref offset), token);
                if (batch.ResultSize == 0)
                {
                    var response = host.Begin();
                    response.WriteByte((byte)ResponseStatus.Ok);
                    Serializer.Write(response, result);
                    host.Send(index, response);
                }
                else
                {
                    Unsafe.WriteUnaligned(ref RawAt<TResult>(batch.Results, index), result);
                }
            }
            catch (Exception exception)
            {
                // User code may throw anything; its caller gets it.
                runner.OnFailed(exception);
                host.Fail(index, exception, token);
            }
            if (batch.TakesToken)
            {
                host.EndToken();
            }
            runner.Restore();
            batch.Words.Finish();
        }
    }

    private static TArg ReadItem(in BatchRequest batch, TaskRunner runner, int index, ref int offset)
    {
        if (batch.ItemSize > 0)
        {
            return Unsafe.ReadUnaligned<TArg>(ref RawAt<TArg>(batch.Items, index));
        }
        var reader = new PayloadReader(batch.Next(ref offset), runner.Symbols);
        return Serializer.Read<TArg>(ref reader);
    }

    private static ref byte RawAt<T>(ReadOnlySpan<byte> block, int index) =>
        ref MemoryMarshal.GetReference(block.Slice(index * Unsafe.SizeOf<T>(), Unsafe.SizeOf<T>()));

    protected abstract TResult Invoke(TDelegate function, TArg argument, CancellationToken cancellationToken);

    /// <summary>Blocks the worker until an async delegate's task has ended: a worker runs one task at a time.</summary>
    protected static void Await(Task? task) =>
        (task ?? throw new InvalidOperationException("The async delegate returned null instead of a task.")).GetAwaiter().GetResult();

    /// <inheritdoc cref="Await(Task)"/>
    protected static TResult Await(Task<TResult>? task) =>
        (task ?? throw new InvalidOperationException("The async delegate returned null instead of a task.")).GetAwaiter().GetResult();
}
