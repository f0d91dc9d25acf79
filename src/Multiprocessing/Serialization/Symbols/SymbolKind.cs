namespace Multiprocessing.Serialization;

/// <summary>First byte of a symbol's definition; the layouts are in docs/serialization.md.</summary>
internal enum SymbolKind : byte
{
    Assembly = 1,
    NamedType = 2,
    ConstructedType = 3,
    ArrayType = 4,
    Method = 5,

    /// <summary>A delegate type and a method that needs no target: the pair is the whole delegate.</summary>
    UnboundDelegate = 6,
}
