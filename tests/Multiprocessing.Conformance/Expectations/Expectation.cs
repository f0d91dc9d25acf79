using System.Reflection;

namespace Multiprocessing.Conformance.Expectations;

/// <summary>What Python does, what is done here, and the tests that show it.</summary>
internal sealed record Expectation(Conformity State)
{
    /// <summary>The class of CPython's tests.</summary>
    public string Class { get; init; } = "";

    /// <summary>The names of its tests in that class; none if the behaviour is only documented there.</summary>
    public IReadOnlyList<string> PythonTests { get; init; } = [];

    /// <summary>What Python does; only where something else is done here.</summary>
    public string Python { get; init; } = "";

    /// <summary>What is done here instead.</summary>
    public string Here { get; init; } = "";

    public string Reason { get; init; } = "";

    public IReadOnlyList<Proof> Proofs { get; init; } = [];
}

/// <summary>Tests of one class, or of a contract that every back end has a class for.</summary>
internal sealed record Proof(Type Class, IReadOnlyList<string> Names)
{
    /// <summary>The classes that run these tests.</summary>
    public IEnumerable<Type> Runners() => Class.IsAbstract
        ? new[] { Class.Assembly, typeof(Proof).Assembly }.Distinct().SelectMany(assembly => assembly.GetTypes())
            .Where(type => !type.IsAbstract && type.IsSubclassOf(Class))
        : [Class];

    public IEnumerable<MethodInfo?> Methods() => Names.Select(name => Class.GetMethod(name, BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public));
}
