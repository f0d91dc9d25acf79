using Xunit.v3;

namespace Multiprocessing.Conformance.Expectations;

/// <summary>What is declared is there.</summary>
public sealed class CatalogTests
{
    [Fact]
    public void Every_test_that_is_named_is_a_test_and_is_run() => Assert.All(
        Catalog.All.SelectMany(one => one.Proofs),
        proof =>
        {
            Assert.NotEmpty(proof.Names);
            Assert.NotEmpty(proof.Runners());
            Assert.All(proof.Methods().Zip(proof.Names), test =>
            {
                Assert.True(test.First is not null, $"{proof.Class.Name} has no test {test.Second}.");
                Assert.Contains(test.First.GetCustomAttributes(inherit: true), attribute => attribute is IFactAttribute);
            });
        });

    [Fact]
    public void What_is_called_the_same_is_shown_by_a_test() =>
        Assert.All(Catalog.All.Where(one => one.State == Conformity.Same), one => Assert.True(one.Proofs.Count > 0, string.Join(' ', one.PythonTests)));

    [Fact]
    public void What_is_not_the_same_has_a_reason() => Assert.All(Catalog.All.Where(one => one.State != Conformity.Same), one => Assert.NotEmpty(one.Reason));

    [Fact]
    public void A_difference_says_what_is_done_here_instead() => Assert.All(
        Catalog.All.Where(one => one.State == Conformity.Differs),
        one => Assert.True(one.Python.Length + one.Here.Length > 0, string.Join(' ', one.PythonTests)));

    [Fact]
    public void Each_test_of_CPython_is_declared_once()
    {
        string[] names = [.. Catalog.All.SelectMany(one => one.PythonTests.Select(test => $"{one.Class}.{test}"))];
        Assert.Equal(names.Order(StringComparer.Ordinal), names.Distinct().Order(StringComparer.Ordinal));
    }
}
