using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace Multiprocessing.Serialization;

/// <summary>
/// The part of an exception by which its own type can be rebuilt: length (0: it cannot), symbol of the type, message as it was given
/// to the constructor, HResult, help link, source, the fields of the derived types, Data.
/// </summary>
internal static class ExceptionState
{
    public static void Write(PayloadWriter writer, Exception exception)
    {
        List<int> symbols = [];
        PayloadWriter state = PayloadWriter.Rent();
        try
        {
            state.CollectSymbols(symbols);
            WriteState(state, exception);
            writer.WriteBytes(state.Written);
            foreach (int symbol in symbols)
            {
                writer.Use(symbol);
            }
        }
        catch (Exception)
        {
            // A part that cannot be sent, or a property of a faulty exception that throws: the reader makes a RemoteException of what
            // was written before.
            writer.WriteVarUInt(0);
        }
        finally
        {
            state.Return();
        }
    }

    /// <summary>The exception, or null if it cannot be rebuilt here.</summary>
    public static Exception? Read(ref PayloadReader reader, Exception[] inner, string? stackTrace)
    {
        ReadOnlySpan<byte> state = reader.Take(reader.ReadCount(1));
        if (state.IsEmpty)
        {
            return null;
        }

        try
        {
            PayloadReader nested = new(state, reader.Symbols);
            Exception exception = ReadState(ref nested, inner);
            nested.RunDeferred();
            if (stackTrace is not null)
            {
                ExceptionDispatchInfo.SetRemoteStackTrace(exception, stackTrace);
            }

            return exception;
        }
        catch (Exception)
        {
            // The type may not exist here, or refuse its state: a RemoteException tells what is known.
            return null;
        }
    }

    private static void WriteState(PayloadWriter state, Exception exception)
    {
        Type type = exception.GetType();
        state.WriteSymbol(OutgoingSymbols.Process.Intern(type));
        state.WriteString(ExceptionFields.Message(exception));
        state.WriteInt32(exception.HResult);
        state.WriteString(exception.HelpLink);
        state.WriteString(exception.Source);
        ExceptionFields.Of(type).Write(state, exception);
        ExceptionData.Write(state, exception.Data);
    }

    private static Exception ReadState(ref PayloadReader state, Exception[] inner)
    {
        Type type = state.Symbols.GetType(state.ReadSymbol());
        if (!typeof(Exception).IsAssignableFrom(type) || type.IsAbstract)
        {
            throw new PayloadException($"{type} is no exception.");
        }

        string? message = state.ReadString();
        Exception exception = (Exception)RuntimeHelpers.GetUninitializedObject(type);
        Construct(exception, message, inner);
        exception.HResult = state.ReadInt32();
        exception.HelpLink = state.ReadString();
        exception.Source = state.ReadString();
        ExceptionFields.Of(type).Read(ref state, exception);
        ExceptionData.Read(ref state, exception.Data);
        return exception;
    }

    // The constructors of the base, run on the object of the derived type, whose own constructor has parameters that nobody knows.
    private static void Construct(Exception exception, string? message, Exception[] inner)
    {
        if (exception is AggregateException)
        {
            ConstructorInfo many = typeof(AggregateException).GetConstructor([typeof(string), typeof(Exception[])])!;
            many.Invoke(exception, [message ?? string.Empty, inner]);
            return;
        }

        ConstructorInfo one = typeof(Exception).GetConstructor([typeof(string), typeof(Exception)])!;
        one.Invoke(exception, [message, inner.FirstOrDefault()]);
    }
}
