using System.Reflection;

namespace Multiprocessing.Serialization;

/// <summary>From the definition of a symbol to the assembly, type, method or delegate that it names.</summary>
internal static class SymbolResolution
{
    private const int LargestRank = 32;

    public static object Resolve(IncomingSymbols symbols, IncomingSymbol symbol, int depth)
    {
        PayloadReader reader = new(symbol.Definition, IncomingSymbols.None);
        SymbolKind kind = (SymbolKind)reader.ReadByte();
        return kind switch
        {
            SymbolKind.Assembly => AssemblyResolution.Resolve(ref reader),
            SymbolKind.NamedType => NamedType(ref reader),
            SymbolKind.ConstructedType => ConstructedType(ref reader),
            SymbolKind.ArrayType => ArrayType(ref reader),
            SymbolKind.Method => Method(ref reader),
            SymbolKind.UnboundDelegate => UnboundDelegate(ref reader),
            _ => throw new PayloadException($"A symbol is of the unknown kind {(byte)kind}."),
        };

        // Only smaller numbers: definitions cannot form a circle.
        object Part(ref PayloadReader reader)
        {
            int id = reader.ReadSymbol();
            return id < symbol.Id ? symbols.Resolve(id, depth) : throw new PayloadException("A symbol refers to a later one.");
        }

        T PartOf<T>(ref PayloadReader reader) => Part(ref reader) is T part ? part : throw new PayloadException("A symbol refers to one of another kind.");

        Type[] Types(ref PayloadReader reader)
        {
            Type[] types = new Type[reader.ReadCount(1)];
            for (int i = 0; i < types.Length; i++)
            {
                types[i] = PartOf<Type>(ref reader);
            }

            return types;
        }

        Type NamedType(ref PayloadReader reader)
        {
            Assembly assembly = PartOf<Assembly>(ref reader);
            int token = reader.ReadInt32();
            string name = reader.ReadString() ?? string.Empty;
            return ByToken(assembly, token, name)
                ?? assembly.GetType(name, throwOnError: false)
                ?? throw new PayloadException($"The type {name} does not exist in {assembly.FullName}.");
        }

        Type ConstructedType(ref PayloadReader reader) => PartOf<Type>(ref reader).MakeGenericType(Types(ref reader));

        Type ArrayType(ref PayloadReader reader)
        {
            Type element = PartOf<Type>(ref reader);
            ulong rank = reader.ReadVarUInt();
            return rank switch
            {
                0 => element.MakeArrayType(),
                <= LargestRank => element.MakeArrayType((int)rank),
                _ => throw new PayloadException($"An array of {rank} dimensions does not exist."),
            };
        }

        MethodBase Method(ref PayloadReader reader)
        {
            Type type = PartOf<Type>(ref reader);
            int token = reader.ReadInt32();
            string name = reader.ReadString() ?? string.Empty;
            string signature = reader.ReadString() ?? string.Empty;
            MethodBase method = MethodResolution.Find(type, token, name, signature);
            bool constructed = reader.ReadBoolean();
            Type[] arguments = Types(ref reader);
            return constructed && method is MethodInfo definition ? definition.MakeGenericMethod(arguments) : method;
        }

        Delegate UnboundDelegate(ref PayloadReader reader) =>
            DelegateFactory.CreateUnbound(PartOf<Type>(ref reader), PartOf<MethodInfo>(ref reader));
    }

    // Faster than the search by name, and without the parser of names, which takes a worker a millisecond to get going. It is a guess,
    // since the framework's build may be another; the name decides.
    private static Type? ByToken(Assembly assembly, int token, string name)
    {
        try
        {
            Type type = assembly.ManifestModule.ResolveType(token);
            return type.FullName == name ? type : null;
        }
        catch (Exception exception) when (exception is ArgumentException or BadImageFormatException or TypeLoadException)
        {
            return null;
        }
    }
}
