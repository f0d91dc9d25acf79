using System.Collections.Concurrent;
using System.Reflection;

namespace Multiprocessing.Serialization;

/// <summary>
/// Everything that this process has ever named in a payload: types, methods, and what their names are made of. Append-only; a
/// definition refers only to smaller numbers. Thread-safe, reading takes no lock.
/// </summary>
internal sealed class OutgoingSymbols
{
    private readonly ConcurrentDictionary<object, int> _ids = new();
    private readonly Lock _gate = new();
    private volatile Definition[] _definitions = new Definition[64];
    private volatile int _count;

    public static OutgoingSymbols Process { get; } = new();

    /// <summary>Tells the tables of different processes apart.</summary>
    public static Guid ProcessIdentity { get; } = Guid.NewGuid();

    public int Count => _count;

    public int Intern(Type type) => _ids.TryGetValue(type, out int id) ? id : Add(type, SymbolDefinitions.Of(type, this));

    public int Intern(MethodBase method) => _ids.TryGetValue(method, out int id) ? id : Add(method, SymbolDefinitions.Of(method, this));

    public int Intern(Assembly assembly) => _ids.TryGetValue(assembly, out int id) ? id : Add(assembly, SymbolDefinitions.Of(assembly));

    public int InternUnbound(Type delegateType, MethodBase method)
    {
        (Type, MethodBase) key = (delegateType, method);
        return _ids.TryGetValue(key, out int id) ? id : Add(key, SymbolDefinitions.OfUnbound(delegateType, method, this));
    }

    public byte[] GetDefinition(int id) =>
        (uint)id < (uint)_count ? _definitions[id].Bytes : throw new ArgumentOutOfRangeException(nameof(id));

    public void AddWithDependencies(int id, ISet<int> to)
    {
        if (to.Add(id))
        {
            foreach (int dependency in _definitions[id].Dependencies)
            {
                AddWithDependencies(dependency, to);
            }
        }
    }

    private int Add(object key, Definition definition)
    {
        lock (_gate)
        {
            if (_ids.TryGetValue(key, out int existing))
            {
                return existing;
            }

            int id = _count;
            Definition[] definitions = _definitions;
            if (id == definitions.Length)
            {
                Array.Resize(ref definitions, id * 2);
                definitions[id] = definition;
                _definitions = definitions;
            }
            else
            {
                definitions[id] = definition;
            }

            _count = id + 1;
            _ids[key] = id;
            return id;
        }
    }

    /// <summary>The bytes, and the symbols that they refer to.</summary>
    internal readonly record struct Definition(byte[] Bytes, int[] Dependencies);
}
