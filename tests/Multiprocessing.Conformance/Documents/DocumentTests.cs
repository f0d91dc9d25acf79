using Multiprocessing.Conformance.Expectations;

namespace Multiprocessing.Conformance.Documents;

public sealed class DocumentTests
{
    [Fact]
    public void The_document_about_conformance_is_up_to_date() => GeneratedFile.IsUpToDate("conformance.md", ConformanceDocument.Write());

    [Fact]
    public void The_document_about_differences_is_up_to_date() => GeneratedFile.IsUpToDate("differences-from-python.md", DifferencesDocument.Write());

    [Fact]
    public void The_counts_are_printed() => TestContext.Current.TestOutputHelper!.WriteLine($"Of CPython's tests: {Catalog.Summary}.");
}
