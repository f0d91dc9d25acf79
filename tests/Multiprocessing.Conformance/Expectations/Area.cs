namespace Multiprocessing.Conformance.Expectations;

/// <summary>A part of the library and what Python's programmers expect of it. Derived classes declare it in their constructors.</summary>
internal abstract class Area(string title)
{
    private readonly List<Expectation> _expectations = [];
    private string _class = "";

    public string Title => title;

    public IReadOnlyList<Expectation> Expectations => _expectations;

    /// <summary>The class of CPython's tests that the following are from.</summary>
    protected void Class(string name) => _class = name;

    /// <summary>The same here as these tests of CPython expect (names with blanks between them).</summary>
    protected void Same(string tests, params IReadOnlyList<Proof> by) => Add(new(Conformity.Same) { PythonTests = Split(tests), Proofs = by });

    /// <summary>Another behaviour than these tests of CPython expect.</summary>
    protected void Differs(string tests, string python, string here, string reason, params IReadOnlyList<Proof> by) =>
        Add(new(Conformity.Differs) { PythonTests = Split(tests), Python = python, Here = here, Reason = reason, Proofs = by });

    /// <summary>Another behaviour than Python documents, or shows.</summary>
    protected void Unlike(string python, string here, string reason, params IReadOnlyList<Proof> by) =>
        Add(new(Conformity.Differs) { Python = python, Here = here, Reason = reason, Proofs = by });

    protected void NotBuilt(string tests, string reason) => Add(new(Conformity.NotBuilt) { PythonTests = Split(tests), Reason = reason });

    protected void NotApplicable(string tests, string reason) => Add(new(Conformity.NotApplicable) { PythonTests = Split(tests), Reason = reason });

    protected static Proof By<T>(params IEnumerable<string> names) => new(typeof(T), [.. names]);

    private static string[] Split(string tests) => tests.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    private void Add(Expectation expectation) => _expectations.Add(expectation with { Class = _class });
}
