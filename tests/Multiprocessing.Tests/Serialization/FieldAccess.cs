using Multiprocessing.Serialization;

namespace Multiprocessing.Tests.Serialization;

/// <summary>How fields are accessed while a test runs: the same tests run on both ways.</summary>
public abstract class FieldAccess : IDisposable
{
    private readonly int _before = FieldAccessMode.UsesBeforeEmitting;

    protected FieldAccess(bool emitted)
    {
        FieldAccessMode.UsesBeforeEmitting = emitted ? 0 : int.MaxValue;
    }

    public void Dispose()
    {
        FieldAccessMode.UsesBeforeEmitting = _before;
        GC.SuppressFinalize(this);
    }
}
