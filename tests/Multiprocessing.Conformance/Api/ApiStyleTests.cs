using System.Reflection;
using System.Runtime.CompilerServices;

namespace Multiprocessing.Conformance.Api;

/// <summary>The rules of docs/api-style.md that can be checked.</summary>
public sealed class ApiStyleTests
{
    // What only the library can know is in them.
    private static readonly Type[] MadeByTheLibraryOnly = [typeof(BufferTooShortException), typeof(QueueCompletedException)];

    // The interface's implementers are called by the library, which has a token always.
    private static readonly string[] WithTokenAlways = ["IWaitable.WaitUntilReadyAsync"];

    private static readonly Type[] Types = [.. typeof(ProcessPool).Assembly.GetExportedTypes()];

    private static readonly MethodInfo[] Methods =
    [
        .. Types.Where(static type => !typeof(Delegate).IsAssignableFrom(type))
            .SelectMany(static type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
            .Where(static method => !method.IsSpecialName),
    ];

    [Fact]
    public void Everything_is_in_one_namespace() => Assert.All(Types, static type => Assert.Equal("Multiprocessing", type.Namespace));

    [Fact]
    public void What_returns_a_task_says_so_in_its_name_and_nothing_else_does() =>
        Assert.Empty(Methods.Where(static method => IsAwaited(method.ReturnType) != method.Name.EndsWith("Async", StringComparison.Ordinal)).Select(Name));

    [Fact]
    public void A_token_is_the_last_parameter_and_may_be_left_out() => Assert.Empty(
        from method in Methods
        let parameters = method.GetParameters()
        let at = Array.FindIndex(parameters, static parameter => parameter.ParameterType == typeof(CancellationToken))
        where at >= 0 && (at != parameters.Length - 1 || !parameters[at].HasDefaultValue || parameters[at].Name != "cancellationToken")
        where !WithTokenAlways.Contains(Name(method))
        select Name(method));

    [Fact]
    public void Time_is_a_TimeSpan_and_is_called_so() => Assert.Empty(
        from method in Methods
        from parameter in method.GetParameters()
        let isTime = Nullable.GetUnderlyingType(parameter.ParameterType) == typeof(TimeSpan) || parameter.ParameterType == typeof(TimeSpan)
        let isNamedSo = parameter.Name!.Contains("timeout", StringComparison.OrdinalIgnoreCase)
        where isTime != isNamedSo || parameter.Name!.Contains("milliseconds", StringComparison.OrdinalIgnoreCase)
        select $"{Name(method)}({parameter.Name})");

    [Fact]
    public void Options_are_changed_until_they_are_used_or_never() => Assert.All(
        Types.Where(static type => type.Name.EndsWith("Options", StringComparison.Ordinal)),
        static type =>
        {
            bool[] init = [.. type.GetProperties().Where(static property => property.SetMethod is not null).Select(IsInitOnly).Distinct()];
            Assert.True(init.Length == 1, $"{type.Name}: some have setters, others have init only.");
            Assert.True(type.IsSealed && type.GetConstructor([]) is not null, type.Name);
        });

    [Fact]
    public void Exceptions_have_the_usual_constructors_with_messages_that_may_be_null() => Assert.All(
        Types.Where(static type => typeof(Exception).IsAssignableFrom(type)).Except(MadeByTheLibraryOnly),
        static type =>
        {
            Assert.NotNull(type.GetConstructor([]));
            foreach (ConstructorInfo? constructor in (ConstructorInfo?[])[type.GetConstructor([typeof(string)]), type.GetConstructor([typeof(string), typeof(Exception)])])
            {
                Assert.NotNull(constructor);
                Assert.All(constructor.GetParameters(), parameter =>
                    Assert.True(new NullabilityInfoContext().Create(parameter).WriteState == NullabilityState.Nullable, $"{type.Name}({parameter.Name})"));
            }
        });

    [Fact]
    public void Every_public_member_is_documented()
    {
        string path = Path.ChangeExtension(typeof(ProcessPool).Assembly.Location, ".xml");
        Assert.True(File.Exists(path), path);
        string documentation = File.ReadAllText(path);
        Assert.All(Types, type => Assert.Contains($"T:{type.FullName}\"", documentation, StringComparison.Ordinal));
    }

    private static bool IsAwaited(Type type) =>
        type == typeof(Task) || type == typeof(ValueTask) || (type.IsGenericType && type.GetGenericTypeDefinition() is var open
            && (open == typeof(Task<>) || open == typeof(ValueTask<>) || open == typeof(IAsyncEnumerable<>)));

    private static bool IsInitOnly(PropertyInfo property) =>
        property.SetMethod!.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));

    private static string Name(MethodInfo method) => $"{method.DeclaringType!.Name}.{method.Name}";
}
