using System.Reflection;

namespace Multiprocessing.Serialization;

/// <summary>
/// The symbols of one sending process as they are known here. Defined in order, resolved at first use, so that one which cannot be
/// resolved fails the payloads that use it and no others. Thread-safe.
/// </summary>
internal sealed class IncomingSymbols
{
    /// <summary>Longest chain of definitions that refer to each other (a generic argument of a generic argument ...).</summary>
    private const int DepthLimit = 32;

    private readonly Lock _gate = new();
    private readonly Dictionary<int, IncomingSymbol>? _sparse;
    private volatile IncomingSymbol[] _dense = [];
    private volatile int _count;

    public IncomingSymbols(bool sparse = false)
    {
        _sparse = sparse ? [] : null;
    }

    /// <summary>A table without symbols.</summary>
    public static IncomingSymbols None { get; } = new();

    public int Count => _count;

    /// <exception cref="PayloadException">The number is not the next one.</exception>
    public void Define(int id, ReadOnlySpan<byte> definition)
    {
        lock (_gate)
        {
            int count = _count;
            if (id != count || this == None)
            {
                throw new PayloadException($"Symbol {id} is defined out of order: {count} is the next.");
            }

            IncomingSymbol[] dense = _dense;
            if (count == dense.Length)
            {
                Array.Resize(ref dense, Math.Max(16, count * 2));
                _dense = dense;
            }

            dense[count] = new IncomingSymbol(id, definition.ToArray());
            _count = count + 1;
        }
    }

    /// <summary>Defines a symbol of a table with gaps; false if it is known already with another meaning.</summary>
    public bool TryDefineSparse(int id, ReadOnlySpan<byte> definition)
    {
        lock (_gate)
        {
            if (_sparse!.TryGetValue(id, out IncomingSymbol? known))
            {
                return definition.SequenceEqual(known.Definition);
            }

            _sparse.Add(id, new IncomingSymbol(id, definition.ToArray()));
            return true;
        }
    }

    public Type GetType(int id) => Resolve(id, DepthLimit) as Type ?? throw Wrong(id, "a type");

    public MethodBase GetMethod(int id) => Resolve(id, DepthLimit) as MethodBase ?? throw Wrong(id, "a method");

    public Assembly GetAssembly(int id) => Resolve(id, DepthLimit) as Assembly ?? throw Wrong(id, "an assembly");

    /// <summary>A delegate without target: always the same instance for the same symbol.</summary>
    public Delegate GetUnboundDelegate(int id) => Resolve(id, DepthLimit) as Delegate ?? throw Wrong(id, "a delegate");

    /// <summary>The codec of the type that the symbol names.</summary>
    public Codec GetCodec(int id)
    {
        IncomingSymbol symbol = Find(id);
        return symbol.Codec ??= CodecCatalog.For(GetType(id));
    }

    /// <summary>Resolves a symbol, and finds the codec if it is a type.</summary>
    public void Prepare(int id)
    {
        if (Resolve(id, DepthLimit) is Type { ContainsGenericParameters: false })
        {
            GetCodec(id);
        }
    }

    /// <summary>Makes delegates on the method that the symbol names.</summary>
    public BoundDelegateFactory GetFactory(int id, Type delegateType)
    {
        IncomingSymbol symbol = Find(id);
        BoundDelegateFactory? factory = symbol.Factory;
        if (factory is null || factory.DelegateType != delegateType)
        {
            MethodInfo method = GetMethod(id) as MethodInfo ?? throw Wrong(id, "a method that a delegate can call");
            symbol.Factory = factory = new BoundDelegateFactory(delegateType, method);
        }

        return factory;
    }

    /// <summary>What the symbol stands for; <paramref name="depth"/>: how many more definitions it may lead through.</summary>
    internal object Resolve(int id, int depth)
    {
        IncomingSymbol symbol = Find(id);
        if (symbol.Resolved is { } resolved)
        {
            return resolved;
        }

        if (depth == 0)
        {
            throw new PayloadException("The definitions of symbols are nested too deeply.");
        }

        try
        {
            return symbol.Resolved = SymbolResolution.Resolve(this, symbol, depth - 1);
        }
        catch (Exception exception) when (exception is not PayloadException)
        {
            // Loading foreign names throws whatever the loader throws: the reader's callers know one exception.
            throw new PayloadException($"Symbol {id} cannot be resolved: {exception.Message}", exception);
        }
    }

    private static PayloadException Wrong(int id, string expected) => new($"Symbol {id} is not {expected}.");

    private IncomingSymbol Find(int id)
    {
        if (_sparse is null)
        {
            return (uint)id < (uint)_count ? _dense[id] : throw Undefined(id);
        }

        lock (_gate)
        {
            return _sparse.TryGetValue(id, out IncomingSymbol? symbol) ? symbol : throw Undefined(id);
        }
    }

    private static PayloadException Undefined(int id) => new($"Symbol {id} is not defined.");
}

internal sealed class IncomingSymbol(int id, byte[] definition)
{
    private volatile object? _resolved;

    public int Id { get; } = id;

    public byte[] Definition { get; } = definition;

    public object? Resolved
    {
        get => _resolved;
        set => _resolved = value;
    }

    public Codec? Codec { get; set; }

    /// <summary>For methods: makes delegates of the type that was asked for last.</summary>
    public BoundDelegateFactory? Factory { get; set; }
}
