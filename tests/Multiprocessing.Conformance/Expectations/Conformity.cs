namespace Multiprocessing.Conformance.Expectations;

/// <summary>How a behaviour that a test of CPython pins down stands here.</summary>
internal enum Conformity
{
    /// <summary>The same here, and tested.</summary>
    Same,

    /// <summary>Another one on purpose.</summary>
    Differs,

    /// <summary>What the behaviour belongs to does not exist here (yet).</summary>
    NotBuilt,

    /// <summary>It is about something that has no meaning here: Python's interpreter, its import system, its garbage collector, <c>fork</c>.</summary>
    NotApplicable,
}
