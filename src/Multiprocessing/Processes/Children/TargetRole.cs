using System.Runtime.InteropServices;
using Multiprocessing.Serialization;

namespace Multiprocessing.Processes;

/// <summary>The role of a <see cref="ChildProcess"/>: runs its target once.</summary>
internal sealed class TargetRole : IClaimedRole
{
    public const string RoleName = "Multiprocessing.Processes.TargetRole";
    private const int Failed = 1;

    /// <summary>
    /// What is rehearsed: the lookup of everything that the last target named (programs mostly start the same thing again), and the
    /// run of a target that does nothing.
    /// </summary>
    public static byte[] CreateRehearsal(ReadOnlySpan<byte> lastTarget)
    {
        var writer = new ControlWriter();
        writer.WriteBytes(SelfContainedPayload.DefinitionsOf(lastTarget));
        string text = "";
        writer.WriteBytes(SelfContainedPayload.Serialize<ChildTarget>(new PlainTarget(() => { text = text.Trim(); })));
        return writer.Written.ToArray();
    }

    public void Rehearse(ReadOnlySpan<byte> payload)
    {
        var reader = new ControlReader(payload);
        SelfContainedPayload.Prepare(reader.ReadBytes());
        SelfContainedPayload.Deserialize<ChildTarget>(reader.ReadBytes()).Invoke(CancellationToken.None);
    }

    public int Run(ClaimedProcess process)
    {
        using var stopping = new CancellationTokenSource();
        PosixSignalRegistration? interrupts = null;
        try
        {
            ChildTarget target = SelfContainedPayload.Deserialize<ChildTarget>(process.Payload.Span);
            if (target.WatchesToken)
            {
                interrupts = PosixSignalRegistration.Create(PosixSignal.SIGINT, context =>
                {
                    context.Cancel = true;
                    stopping.Cancel();
                });
            }
            return target.Invoke(stopping.Token);
        }
        catch (OperationCanceledException e) when (e.CancellationToken == stopping.Token && stopping.IsCancellationRequested)
        {
            // It gave up because of the interrupt: then the signal is what ended it, and nothing went wrong.
            process.EndsByInterrupt = true;
            return Failed;
        }
        catch (Exception e)
        {
            // The target's own failure; its process ends in order and with a code that says so.
            Console.Error.WriteLine($"Process {ProcessIdentity.Name}:{Environment.NewLine}{e}");
            return Failed;
        }
        finally
        {
            interrupts?.Dispose();
        }
    }
}
