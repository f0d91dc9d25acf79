using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.Loader;
using Multiprocessing.Serialization;

namespace Multiprocessing.Tests.Serialization;

public sealed class SymbolTests
{
    [Fact]
    public void Symbols_are_dense_and_stable()
    {
        OutgoingSymbols symbols = new();
        int first = symbols.Intern(typeof(Dictionary<string, SymbolTests>));
        Assert.Equal(first, symbols.Intern(typeof(Dictionary<string, SymbolTests>)));
        Assert.Equal(first + 1, symbols.Count);
        IncomingSymbols incoming = new();
        Assert.Throws<PayloadException>(() => incoming.Define(1, symbols.GetDefinition(1)));
        for (int id = 0; id < symbols.Count; id++)
        {
            incoming.Define(id, symbols.GetDefinition(id));
        }

        Assert.Equal(typeof(Dictionary<string, SymbolTests>), incoming.GetType(first));
        Assert.Throws<PayloadException>(() => incoming.GetMethod(first));
        Assert.Throws<PayloadException>(() => incoming.GetType(symbols.Count));
    }

    [Fact]
    public void Symbols_of_many_threads_agree()
    {
        OutgoingSymbols symbols = new();
        Type[] types = [typeof(List<int>), typeof(List<string>), typeof(SymbolTests), typeof(Dictionary<int, SymbolTests>), typeof(int[,])];
        int[][] ids = new int[8][];
        Parallel.For(0, ids.Length, i => ids[i] = [.. types.Select(symbols.Intern)]);
        Assert.All(ids, row => Assert.Equal(ids[0], row));
    }

    [Fact]
    public void An_unresolvable_symbol_fails_only_its_payload()
    {
        OutgoingSymbols symbols = new();
        int id = symbols.Intern(typeof(SymbolTests));
        byte[] broken = symbols.GetDefinition(id).ToArray();
        broken[^1]++;
        IncomingSymbols incoming = new();
        for (int i = 0; i < id; i++)
        {
            incoming.Define(i, symbols.GetDefinition(i));
        }

        incoming.Define(id, broken);
        incoming.Define(id + 1, symbols.GetDefinition(id));
        Assert.Contains("does not exist", Assert.Throws<PayloadException>(() => incoming.GetType(id)).Message, StringComparison.Ordinal);
        Assert.Equal(typeof(SymbolTests), incoming.GetType(id + 1));
    }

    [Fact]
    public void Another_build_of_an_assembly_is_refused_clearly()
    {
        OutgoingSymbols symbols = new();
        int id = symbols.Intern(typeof(SymbolTests).Assembly);
        byte[] definition = symbols.GetDefinition(id).ToArray();
        int at = definition.AsSpan().IndexOf(typeof(SymbolTests).Module.ModuleVersionId.ToByteArray());
        definition[at]++;
        IncomingSymbols incoming = new();
        for (int i = 0; i < id; i++)
        {
            incoming.Define(i, symbols.GetDefinition(i));
        }

        incoming.Define(id, definition);
        Assert.Contains("rebuilt", Assert.Throws<PayloadException>(() => incoming.GetAssembly(id)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Definitions_cannot_form_a_circle_or_a_tower()
    {
        IncomingSymbols circle = new();
        circle.Define(0, [(byte)SymbolKind.ArrayType, 0, 0]);
        Assert.Throws<PayloadException>(() => circle.GetType(0));

        OutgoingSymbols symbols = new();
        Type type = typeof(int);
        for (int i = 0; i < 100; i++)
        {
            type = type.MakeArrayType();
        }

        int id = symbols.Intern(type);
        IncomingSymbols tower = new();
        for (int i = 0; i <= id; i++)
        {
            tower.Define(i, symbols.GetDefinition(i));
        }

        Assert.Throws<PayloadException>(() => tower.GetType(id));
    }

    [Fact]
    public void Types_and_functions_that_exist_only_in_memory_are_refused()
    {
        Assembly bytes = Assembly.Load(File.ReadAllBytes(typeof(SymbolTests).Assembly.Location));
        object fromBytes = Activator.CreateInstance(bytes.GetType(typeof(CollectionContract.ByLength).FullName!)!)!;
        Assert.Contains("only in the memory", Assert.Throws<UnserializableException>(() => RoundTrip.Of(fromBytes)).Message, StringComparison.Ordinal);

        DynamicMethod method = new("f", typeof(int), []);
        ILGenerator il = method.GetILGenerator();
        il.Emit(OpCodes.Ldc_I4_1);
        il.Emit(OpCodes.Ret);
        Func<int> dynamic = method.CreateDelegate<Func<int>>();
        Assert.Contains("run time", Assert.Throws<UnserializableException>(() => RoundTrip.Of(dynamic)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Types_of_a_plug_in_resolve_to_the_context_that_holds_them()
    {
        string path = Copy("loaded");
        AssemblyLoadContext context = new("plug-in", isCollectible: false);
        Assembly plugin = context.LoadFromAssemblyPath(path);
        object value = Activator.CreateInstance(plugin.GetType(typeof(CollectionContract.Item).FullName!)!, "a", 1)!;
        object copy = RoundTrip.Of(value);
        Assert.Equal(value, copy);
        Assert.NotEqual(typeof(CollectionContract.Item), copy.GetType());
    }

    [Fact]
    public void A_plug_in_that_is_not_loaded_yet_is_loaded_from_its_path_once()
    {
        string path = Copy("not-loaded");
        Assembly first = PluginLoadContext.Load(path);
        Assert.Same(first, PluginLoadContext.Load(path));
        Assert.Equal(path, first.Location);
        Assert.IsType<PluginLoadContext>(AssemblyLoadContext.GetLoadContext(first));

        // What it shares with the program is the program's own.
        Type record = first.GetType(typeof(CustomCodecTests.Money).FullName!)!;
        Assert.Contains(record.GetCustomAttributes(false), attribute => attribute is PayloadCodecAttribute);
    }

    // Beside the tests and not in the temporary folder: the runtime keeps the file of an assembly open.
    private static string Copy(string name)
    {
        string directory = Path.Combine(AppContext.BaseDirectory, "plug-ins", name);
        Directory.CreateDirectory(directory);
        string path = Path.Combine(directory, "Multiprocessing.Tests.dll");
        File.Copy(typeof(SymbolTests).Assembly.Location, path, overwrite: true);
        return path;
    }
}
