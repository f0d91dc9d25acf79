namespace Multiprocessing.Chaos;

/// <summary>
/// One kind of use of a pool. To add one (a feature of the pool): derive, submit items of <see cref="ErrandContext.NewItem"/>, and let
/// the context judge how each of them ends; then list it in <see cref="AllErrands"/>.
/// </summary>
internal abstract class Errand
{
    internal abstract string Name { get; }

    /// <summary>How often it is chosen, compared with others.</summary>
    internal virtual int Weight => 10;

    /// <summary>Whether threads of this process can do it: nothing that takes the process down.</summary>
    internal virtual bool RunsInProcess => true;

    internal abstract Task RunAsync(ErrandContext context);
}
