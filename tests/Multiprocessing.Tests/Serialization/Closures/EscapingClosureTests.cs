using System.Reflection;
using System.Reflection.Emit;
using Multiprocessing.Serialization.Closures;

namespace Multiprocessing.Tests.Serialization.Closures;

/// <summary>What the C# compiler never emits, but tools that rewrite assemblies may.</summary>
public class EscapingClosureTests
{
    private static readonly FieldInfo Storage = typeof(Path).GetField(nameof(Path.DirectorySeparatorChar))!;
    private static readonly MethodInfo KeepAlive = typeof(GC).GetMethod(nameof(GC.KeepAlive))!;

    [Fact]
    public void A_closure_of_another_compiler_with_the_same_names_is_understood() =>
        Assert.Equal(["a"], Reached((_, _) => { }));

    [Fact]
    public void Everything_is_reached_when_the_closure_is_given_to_a_foreign_method() => Assert.Equal(["a", "b"], Reached((il, _) =>
    {
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Call, KeepAlive);
    }));

    [Fact]
    public void Everything_is_reached_when_the_closure_is_stored() => Assert.Equal(["a", "b"], Reached((il, _) =>
    {
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Dup);
        il.Emit(OpCodes.Pop);
        il.Emit(OpCodes.Stsfld, Storage);
    }));

    [Fact]
    public void Everything_is_reached_when_the_closure_goes_through_a_local_of_another_type() => Assert.Equal(["a", "b"], Reached((il, _) =>
    {
        il.DeclareLocal(typeof(object));
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Stloc_0);
    }));

    [Fact]
    public void Everything_is_reached_when_the_closure_escapes_behind_a_branch() => Assert.Equal(["a", "b"], Reached((il, closure) =>
    {
        Label otherwise = il.DefineLabel(), join = il.DefineLabel();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldfld, closure);
        il.Emit(OpCodes.Brtrue, otherwise);
        il.Emit(OpCodes.Ldstr, "x");
        il.Emit(OpCodes.Br, join);
        il.MarkLabel(otherwise);
        il.Emit(OpCodes.Ldnull);
        il.MarkLabel(join);
        il.Emit(OpCodes.Call, typeof(object).GetMethod(nameof(Equals), [typeof(object), typeof(object)])!);
        il.Emit(OpCodes.Pop);
    }));

    [Fact]
    public void Everything_is_reached_when_a_delegate_is_made_of_a_foreign_method() => Assert.Equal(["a", "b"], Reached((il, _) =>
    {
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldftn, KeepAlive);
        il.Emit(OpCodes.Newobj, typeof(Action).GetConstructors()[0]);
        il.Emit(OpCodes.Pop);
    }));

    private static IEnumerable<string> Reached(Action<ILGenerator, FieldInfo> prefix)
    {
        var assembly = new PersistedAssemblyBuilder(new AssemblyName("Woven"), typeof(object).Assembly);
        var type = assembly.DefineDynamicModule("Woven").DefineType("<>c__DisplayClass0_0", TypeAttributes.Public);
        var a = type.DefineField("a", typeof(int), FieldAttributes.Public);
        type.DefineField("b", typeof(int), FieldAttributes.Public);
        var il = type.DefineMethod("<Main>b__0", MethodAttributes.Public, typeof(int), []).GetILGenerator();
        prefix(il, a);
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldfld, a);
        il.Emit(OpCodes.Ret);
        type.CreateType();
        using var image = new MemoryStream();
        assembly.Save(image);

        var closure = Assembly.Load(image.ToArray()).GetType(type.Name)!;
        return CapturedVariables.ReachableFrom(closure.GetMethod("<Main>b__0")!, closure).Select(f => f.Name).Order();
    }
}
