using System.Collections.Concurrent;
using System.Reflection;

namespace Multiprocessing.Serialization;

/// <summary>
/// Everything that this process has ever named in a payload: types, methods, and what their names are made of. Append-only; a
/// definition refers only to smaller numbers. Thread-safe, reading takes no lock.
/// </summary>
internal sealed class OutgoingSymbols
{
    private readonly ConcurrentDictionary<object, Definition> _ids = new();
    private readonly Lock _gate = new();
    private volatile Definition[] _definitions = new Definition[64];
    private volatile int _count;

    public static OutgoingSymbols Process { get; } = new();

    /// <summary>Tells the tables of different processes apart.</summary>
    public static Guid ProcessIdentity { get; } = Guid.NewGuid();

    public int Count => _count;

    public int Intern(Type type) => _ids.TryGetValue(type, out Definition? known) ? known.Id : Add(type, SymbolDefinitions.Of(type, this));

    public int Intern(MethodBase method) => _ids.TryGetValue(method, out Definition? known) ? known.Id : Add(method, SymbolDefinitions.Of(method, this));

    public int Intern(Assembly assembly) => _ids.TryGetValue(assembly, out Definition? known) ? known.Id : Add(assembly, SymbolDefinitions.Of(assembly));

    public int InternUnbound(Type delegateType, MethodBase method)
    {
        (Type, MethodBase) key = (delegateType, method);
        return _ids.TryGetValue(key, out Definition? known) ? known.Id : Add(key, SymbolDefinitions.OfUnbound(delegateType, method, this));
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
            if (_ids.TryGetValue(key, out Definition? existing))
            {
                return existing.Id;
            }

            int id = _count;
            definition.Id = id;
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
            _ids.TryAdd(key, definition);
            return id;
        }
    }

    /// <summary>The bytes, and the symbols that they refer to.</summary>
    internal sealed class Definition(byte[] bytes, int[] dependencies)
    {
        public byte[] Bytes { get; } = bytes;

        public int[] Dependencies { get; } = dependencies;

        public int Id { get; set; } = -1;
    }
}
