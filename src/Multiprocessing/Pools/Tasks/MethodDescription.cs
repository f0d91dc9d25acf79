namespace Multiprocessing.Pools;

/// <summary>Names a delegate's method for people: <c>Type.Method</c>, <c>a lambda in Type.Method</c>.</summary>
internal static class MethodDescription
{
    internal static string Of(Delegate function)
    {
        var method = function.Method;
        var type = method.DeclaringType;
        while (type is { DeclaringType: not null } && type.Name.StartsWith('<'))
        {
            type = type.DeclaringType;
        }
        var prefix = type is null ? "" : type.Name + ".";

        // The compiler's names: <Outer>b__0_1 for a lambda, <Outer>g__Name|0_1 for a local function.
        var name = method.Name;
        var close = name.IndexOf('>', StringComparison.Ordinal);
        if (!name.StartsWith('<') || close < 0 || close + 1 >= name.Length)
        {
            return prefix + name;
        }
        var outer = prefix + name[1..close];
        var bar = name.IndexOf('|', close);
        return name[close + 1] switch
        {
            'b' => $"a lambda in {outer}",
            'g' when bar > close + 4 => $"{outer}.{name[(close + 4)..bar]}",
            _ => prefix + name,
        };
    }
}
