namespace Multiprocessing.Serialization;

/// <summary>What the number before an object says.</summary>
internal static class ReferenceHeader
{
    public const int Null = 0;

    /// <summary>An object of the declared type follows.</summary>
    public const int Exact = 1;

    /// <summary>The symbol of the object's type follows, then the object.</summary>
    public const int Typed = 2;

    /// <summary>This number and above: the object numbered so minus this, which came before.</summary>
    public const int FirstReference = 3;
}
