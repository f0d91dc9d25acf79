using System.Runtime.CompilerServices;

namespace Multiprocessing.Serialization;

/// <summary>
/// Whether fields may be accessed by emitted code. Emitting pays only after some uses: a worker's first task is faster by reflection.
/// </summary>
internal static class FieldAccessMode
{
    private const string Switch = "Multiprocessing.Serialization.ReflectionOnly";

    /// <summary>Uses of a set of fields by reflection before code for it is emitted.</summary>
    public static int UsesBeforeEmitting { get; set; } =
        !RuntimeFeature.IsDynamicCodeSupported || (AppContext.TryGetSwitch(Switch, out bool reflectionOnly) && reflectionOnly)
            ? int.MaxValue
            : 20;
}
