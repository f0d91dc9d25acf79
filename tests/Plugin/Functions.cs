namespace Plugin;

public static class Functions
{
    public static Func<int> Square(int number) => () => new Number(number).Squared;
}

internal sealed record Number(int Value)
{
    public int Squared => Value * Value;
}
