using System.Reflection;
using System.Runtime.Loader;

namespace Multiprocessing.Serialization;

/// <summary>Builds the definitions of symbols, and refuses what another process could not find.</summary>
internal static class SymbolDefinitions
{
    public static OutgoingSymbols.Definition Of(Assembly assembly)
    {
        AssemblyOrigin origin = AssemblyOrigin.Of(assembly);
        PayloadWriter writer = new();
        writer.WriteByte((byte)SymbolKind.Assembly);
        writer.WriteBoolean(origin.InDefaultContext);
        writer.WriteString(assembly.FullName);
        origin.ModuleVersion.TryWriteBytes(writer.Append(16));
        writer.WriteString(origin.Location);
        return Finish(writer);
    }

    public static OutgoingSymbols.Definition Of(Type type, OutgoingSymbols symbols)
    {
        if (type.IsPointer || type.IsByRef || type.IsFunctionPointer || type.IsGenericParameter)
        {
            throw new UnserializableException($"the type {type} has no name that another process could resolve.");
        }

        PayloadWriter writer = new();
        if (type.IsArray)
        {
            int element = symbols.Intern(type.GetElementType()!);
            writer.WriteByte((byte)SymbolKind.ArrayType);
            writer.WriteVarUInt((uint)element);
            writer.WriteVarUInt(type.IsSZArray ? 0 : (uint)type.GetArrayRank());
            return Finish(writer, element);
        }

        if (type.IsConstructedGenericType)
        {
            int definition = symbols.Intern(type.GetGenericTypeDefinition());
            int[] arguments = InternAll(type.GetGenericArguments(), symbols);
            writer.WriteByte((byte)SymbolKind.ConstructedType);
            writer.WriteVarUInt((uint)definition);
            WriteSymbols(writer, arguments);
            return Finish(writer, [definition, .. arguments]);
        }

        int assembly = symbols.Intern(type.Assembly);
        writer.WriteByte((byte)SymbolKind.NamedType);
        writer.WriteVarUInt((uint)assembly);
        writer.WriteInt32(type.MetadataToken);
        writer.WriteString(type.FullName);
        return Finish(writer, assembly);
    }

    public static OutgoingSymbols.Definition Of(MethodBase method, OutgoingSymbols symbols)
    {
        if (method.DeclaringType is not { } declaringType || declaringType.Assembly.IsDynamic)
        {
            throw new UnserializableException($"the method {method.Name} was made at run time and exists in this process only.");
        }

        int type = symbols.Intern(declaringType);
        MethodBase definition = method is MethodInfo { IsGenericMethod: true } generic ? generic.GetGenericMethodDefinition() : method;
        bool constructed = method.IsGenericMethod && !method.IsGenericMethodDefinition;
        int[] arguments = constructed ? InternAll(method.GetGenericArguments(), symbols) : [];

        PayloadWriter writer = new();
        writer.WriteByte((byte)SymbolKind.Method);
        writer.WriteVarUInt((uint)type);
        writer.WriteInt32(method.MetadataToken);
        writer.WriteString(method.Name);
        writer.WriteString(MethodSignature.Of(definition));
        writer.WriteBoolean(constructed);
        WriteSymbols(writer, arguments);
        return Finish(writer, [type, .. arguments]);
    }

    public static OutgoingSymbols.Definition OfUnbound(Type delegateType, MethodBase method, OutgoingSymbols symbols)
    {
        int type = symbols.Intern(delegateType);
        int target = symbols.Intern(method);
        PayloadWriter writer = new();
        writer.WriteByte((byte)SymbolKind.UnboundDelegate);
        writer.WriteVarUInt((uint)type);
        writer.WriteVarUInt((uint)target);
        return Finish(writer, type, target);
    }

    private static int[] InternAll(Type[] types, OutgoingSymbols symbols)
    {
        int[] ids = new int[types.Length];
        for (int i = 0; i < types.Length; i++)
        {
            ids[i] = symbols.Intern(types[i]);
        }

        return ids;
    }

    private static void WriteSymbols(PayloadWriter writer, int[] symbols)
    {
        writer.WriteVarUInt((uint)symbols.Length);
        foreach (int symbol in symbols)
        {
            writer.WriteVarUInt((uint)symbol);
        }
    }

    private static OutgoingSymbols.Definition Finish(PayloadWriter writer, params int[] dependencies) =>
        new(writer.Written.ToArray(), dependencies);
}
