using System.Runtime.CompilerServices;

// In this namespace, so that [Fact] and [Theory] in every test mean these.
namespace Multiprocessing.Tests;

/// <summary>A test that fails when it takes longer than a minute, or what it says itself.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FactAttribute : Xunit.FactAttribute
{
    internal const int DefaultTimeout = 60_000;

    public FactAttribute([CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1)
        : base(sourceFilePath, sourceLineNumber) => Timeout = DefaultTimeout;
}

/// <summary>A test with data that fails when one set of it takes longer than a minute, or what it says itself.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TheoryAttribute : Xunit.TheoryAttribute
{
    public TheoryAttribute([CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1)
        : base(sourceFilePath, sourceLineNumber) => Timeout = FactAttribute.DefaultTimeout;
}
