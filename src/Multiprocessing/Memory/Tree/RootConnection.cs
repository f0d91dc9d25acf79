using System.Buffers.Binary;
using Multiprocessing.Platform;

namespace Multiprocessing.Memory;

/// <summary>
/// A process's own connection to the root of its tree. Questions are asked one at a time; an answer is waited for on the asking
/// thread, so it never depends on this process's event loop. Thread-safe.
/// </summary>
internal sealed class RootConnection : IDisposable
{
    private readonly Lock _asking = new();
    private readonly ControlSocket _socket;
    private readonly byte[] _answer = new byte[HandOverProtocol.LongestMessage];

    /// <summary>Takes over this process's end and says who this is.</summary>
    public RootConnection(KernelHandle end)
    {
        _socket = Kernel.ControlSockets.Adopt(end);
        Span<byte> hello = stackalloc byte[1 + sizeof(long)];
        hello[0] = HandOverProtocol.Introduce;
        BinaryPrimitives.WriteInt64LittleEndian(hello[1..], Kernel.Lifetime.StartTimeOf(Environment.ProcessId));
        if (Ask(hello, []) is null)
        {
            _socket.Dispose();
            throw new IOException("The root of the process tree does not take this process for one of its own.");
        }
    }

    /// <summary>Sends a request and waits for its answer.</summary>
    /// <param name="request">The request.</param>
    /// <param name="answer">Receives the answer's fields.</param>
    /// <param name="handle">A handle to go beside the request.</param>
    /// <returns>The handles beside the answer, which the caller owns; <see langword="null"/> if the root said no.</returns>
    /// <exception cref="IOException">The root is gone.</exception>
    public KernelHandle[]? Ask(ReadOnlySpan<byte> request, Span<byte> answer, KernelHandle? handle = null)
    {
        lock (_asking)
        {
            bool sent = handle is null ? _socket.Send(request) : _socket.Send(request, handle);
            if (!sent || _socket.Receive(_answer, out int length, out KernelHandle[] handles, wait: true) != ReceiveOutcome.Received)
            {
                throw new IOException("The root of the process tree is gone.");
            }

            if (_answer[0] == HandOverProtocol.Exhausted)
            {
                throw new IOException("The root of the process tree has reached its limit of open files.");
            }

            if (_answer[0] != HandOverProtocol.Done || length != 1 + answer.Length)
            {
                return null;
            }

            _answer.AsSpan(1, answer.Length).CopyTo(answer);
            return handles;
        }
    }

    /// <summary>Sends a request that has no answer. A root that is gone needs not to be told: its tree ends with it.</summary>
    public void Tell(ReadOnlySpan<byte> request) => _socket.Send(request);

    public void Dispose() => _socket.Dispose();
}
