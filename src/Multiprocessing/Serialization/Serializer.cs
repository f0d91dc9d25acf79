using System.Runtime.CompilerServices;

namespace Multiprocessing.Serialization;

/// <summary>Whole values, with all that they refer to, to bytes and back.</summary>
internal static class Serializer
{
    /// <summary>Appends the value. Several values of one payload share their references.</summary>
    /// <exception cref="UnserializableException">Something cannot be sent; the writer's contents are of no use then.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write<T>(PayloadWriter writer, T value) => Codec<T>.Instance.Write(writer, value);

    /// <summary>Reads what <see cref="Write"/> appended with the same <typeparamref name="T"/>.</summary>
    /// <exception cref="PayloadException">The only exception.</exception>
    public static T Read<T>(ref PayloadReader reader)
    {
        try
        {
            T value = Codec<T>.Instance.Read(ref reader);
            reader.RunDeferred();
            return value;
        }
        catch (Exception exception) when (exception is not PayloadException)
        {
            throw new PayloadException($"A value of type {typeof(T)} cannot be read: {exception.Message}", exception);
        }
    }
}
