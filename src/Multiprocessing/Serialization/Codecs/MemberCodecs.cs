using System.Reflection;

namespace Multiprocessing.Serialization;

/// <summary>Types and members travel as symbols, or as the symbol of their type and their name.</summary>
internal static class MemberCodecs
{
    private const BindingFlags Declared = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic
        | BindingFlags.DeclaredOnly;

    public static Codec ForType() => new SimpleCodec<Type>(
        static (writer, value) => writer.WriteSymbol(OutgoingSymbols.Process.Intern(value)),
        static (ref reader) => reader.Symbols.GetType(reader.ReadSymbol()));

    public static Codec ForMethod() => new SimpleCodec<MethodInfo>(
        static (writer, value) => writer.WriteSymbol(OutgoingSymbols.Process.Intern(value)),
        static (ref reader) => (MethodInfo)reader.Symbols.GetMethod(reader.ReadSymbol()));

    public static Codec ForConstructor() => new SimpleCodec<ConstructorInfo>(
        static (writer, value) => writer.WriteSymbol(OutgoingSymbols.Process.Intern(value)),
        static (ref reader) => (ConstructorInfo)reader.Symbols.GetMethod(reader.ReadSymbol()));

    public static Codec ForAssembly() => new SimpleCodec<Assembly>(
        static (writer, value) => writer.WriteSymbol(OutgoingSymbols.Process.Intern(value)),
        static (ref reader) => reader.Symbols.GetAssembly(reader.ReadSymbol()));

    public static Codec ForField() => Member<FieldInfo>();

    public static Codec ForProperty() => Member<PropertyInfo>();

    public static Codec ForEvent() => Member<EventInfo>();

    private static SimpleCodec<TMember> Member<TMember>()
        where TMember : MemberInfo => new(
            static (writer, value) =>
            {
                writer.WriteSymbol(OutgoingSymbols.Process.Intern(
                    value.DeclaringType ?? throw new UnserializableException($"{value} does not belong to a type.")));
                writer.WriteString(value.Name);
                writer.WriteString(value.ToString());
            },
            static (ref reader) =>
            {
                Type type = reader.Symbols.GetType(reader.ReadSymbol());
                string name = reader.ReadRequiredString();
                string signature = reader.ReadRequiredString();
                foreach (MemberInfo member in type.GetMember(name, Declared))
                {
                    if (member is TMember found && member.ToString() == signature)
                    {
                        return found;
                    }
                }

                throw new PayloadException($"The member {signature} does not exist in {type}.");
            });
}
