namespace Multiprocessing;

/// <summary>
/// Which start method processes use that do not name one. <see cref="Default"/> is the program's own choice, made once; contexts from
/// <see cref="Get(StartMethod)"/> are bound to one method for ever. All members are thread-safe.
/// </summary>
public sealed class MultiprocessingContext
{
    private static readonly MultiprocessingContext StandbyContext = new(StartMethod.Standby);
    private static readonly MultiprocessingContext SpawnContext = new(StartMethod.Spawn);
    private static TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly bool _isBound;
    private StartMethod? _method;

    private MultiprocessingContext(StartMethod? method)
    {
        _method = method;
        _isBound = method is not null;
    }

    /// <summary>The context of everything that is not given another one.</summary>
    public static MultiprocessingContext Default { get; } = new(method: null);

    /// <summary>
    /// How long a new process may take from its start until it has reported to its parent: 30 seconds unless set. After that it is
    /// killed and its start has failed. Applies to processes started from then on.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Zero or negative, or more than a day.</exception>
    public static TimeSpan StartTimeout
    {
        get => StartLimit;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, TimeSpan.FromDays(1));
            StartLimit = value;
        }
    }

    /// <summary>The start methods that work here, the default first.</summary>
    public static IReadOnlyList<StartMethod> GetAllStartMethods() => [StartMethod.Standby, StartMethod.Spawn];

    /// <summary>The context bound to a start method.</summary>
    /// <exception cref="PlatformNotSupportedException"><see cref="StartMethod.Fork"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Not a start method.</exception>
    public static MultiprocessingContext Get(StartMethod method)
    {
        ThrowIfUnsupported(method);
        return method == StartMethod.Spawn ? SpawnContext : StandbyContext;
    }

    /// <summary>The context bound to a start method that is given by name, as <see cref="ParseStartMethod"/> reads it.</summary>
    /// <exception cref="ArgumentException">There is no start method of that name.</exception>
    /// <exception cref="PlatformNotSupportedException">The name means <see cref="StartMethod.Fork"/>.</exception>
    public static MultiprocessingContext Get(string name) => Get(ParseStartMethod(name));

    /// <summary>
    /// Reads a start method: the names of <see cref="StartMethod"/> in any case, and Python's <c>spawn</c>, <c>forkserver</c> (which is
    /// <see cref="StartMethod.Standby"/> here) and <c>fork</c>.
    /// </summary>
    /// <exception cref="ArgumentException">There is no start method of that name.</exception>
    public static StartMethod ParseStartMethod(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.ToUpperInvariant() switch
        {
            "STANDBY" or "FORKSERVER" => StartMethod.Standby,
            "SPAWN" => StartMethod.Spawn,
            "FORK" => StartMethod.Fork,
            _ => throw new ArgumentException($"There is no start method '{name}'; there are standby (forkserver), spawn and fork.", nameof(name)),
        };
    }

    /// <summary>
    /// The start method of this context. Asking settles it: from then on <see cref="SetStartMethod"/> needs force.
    /// <see cref="StartMethodIfSet"/> does not.
    /// </summary>
    public StartMethod StartMethod
    {
        get
        {
            lock (_lock)
            {
                return _method ??= StartMethod.Standby;
            }
        }
    }

    /// <summary>The start method, or null as long as nobody has set or used one.</summary>
    public StartMethod? StartMethodIfSet
    {
        get
        {
            lock (_lock)
            {
                return _method;
            }
        }
    }

    /// <summary>Chooses the start method, once for the whole program: normally first thing in <c>Main</c>.</summary>
    /// <param name="method">The method; null, which needs <paramref name="force"/>, makes the choice open again.</param>
    /// <param name="force">True to choose again.</param>
    /// <exception cref="InvalidOperationException">It was set or used before, or this context is bound to its method.</exception>
    /// <exception cref="PlatformNotSupportedException"><see cref="StartMethod.Fork"/>.</exception>
    public void SetStartMethod(StartMethod? method, bool force = false)
    {
        if (method is { } chosen)
        {
            ThrowIfUnsupported(chosen);
        }
        lock (_lock)
        {
            if (_isBound)
            {
                throw new InvalidOperationException("This context is bound to its start method; set that of MultiprocessingContext.Default.");
            }
            if (_method is not null && !force)
            {
                throw new InvalidOperationException("The start method was set or used already; pass force to change it all the same.");
            }
            _method = method;
        }
    }

    /// <inheritdoc/>
    public override string ToString() => $"{StartMethodIfSet?.ToString() ?? "(start method open)"}";

    internal static void ThrowIfUnsupported(StartMethod method)
    {
        switch (method)
        {
            case StartMethod.Standby or StartMethod.Spawn:
                return;
            case StartMethod.Fork:
                throw new PlatformNotSupportedException(
                    "The .NET runtime does not survive a fork, so StartMethod.Fork cannot be offered. Use StartMethod.Standby, which hands out processes started ahead, and pass what the child needs as captured variables or arguments.");
            default:
                throw new ArgumentOutOfRangeException(nameof(method), method, "There is no such start method.");
        }
    }
}
