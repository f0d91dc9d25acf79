using System.Reflection;
using System.Runtime.CompilerServices;
using Multiprocessing.Serialization.Closures;

namespace Multiprocessing.Serialization;

/// <summary>
/// Objects field by field. No constructor runs, unless a base is a collection of the framework, whose constructor does.
/// </summary>
internal sealed class ObjectGraphCodec<T> : ReferenceCodec<T>
    where T : class
{
    private readonly IBaseCodec? _base = BaseCodecs.Of(typeof(T), out _);
    private readonly ClassFields _fields;
    private readonly bool _isFinalized;
    private readonly bool _holdsClosure;

    public ObjectGraphCodec()
    {
        BaseCodecs.Of(typeof(T), out Type? baseType);
        FieldInfo[] fields = InstanceFields.Of(typeof(T), baseType);
        _fields = new ClassFields(typeof(T), fields);
        _holdsClosure = Array.Exists(fields, static field => CapturedVariables.IsClosure(field.FieldType));
        MethodInfo? finalizer = typeof(T).GetMethod(
            "Finalize", BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public, Type.EmptyTypes);
        _isFinalized = finalizer is not null && finalizer.DeclaringType != typeof(object);
    }

    protected override void WriteContent(PayloadWriter writer, T value)
    {
        MethodInfo? outer = writer.ClosureMethod;
        if (_holdsClosure)
        {
            // An iterator, say, runs code of its own over the closure: what the delegate around it can reach does not count there.
            writer.ClosureMethod = null;
        }

        _base?.WriteHead(writer, value);
        _fields.Write(writer, value);
        _base?.WriteElements(writer, value);
        writer.ClosureMethod = outer;
    }

    protected override T ReadContent(ref PayloadReader reader)
    {
        T value = Unsafe.As<T>(RuntimeHelpers.GetUninitializedObject(typeof(T)));
        if (_isFinalized)
        {
            // An object that could not be read to its end must not be finalized: its finalizer would throw, and end the process.
#pragma warning disable CA1816
            GC.SuppressFinalize(value);
#pragma warning restore CA1816
        }

        reader.Register(value);
        _base?.Construct(ref reader, value);
        _fields.Read(ref reader, value);
        _base?.ReadElements(ref reader, value);
        if (_isFinalized)
        {
            GC.ReRegisterForFinalize(value);
        }

        return value;
    }
}

/// <summary>Finds the collection of the framework that a class is derived from.</summary>
internal static class BaseCodecs
{
    public static IBaseCodec? Of(Type type, out Type? baseType)
    {
        for (baseType = type.BaseType; baseType is not null && baseType != typeof(object); baseType = baseType.BaseType)
        {
            if (AssemblyOrigin.IsPlatform(baseType.Assembly) && CodecCatalog.For(baseType) is IBaseCodec codec)
            {
                return codec;
            }
        }

        return null;
    }
}
