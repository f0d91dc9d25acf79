using System.Buffers.Binary;

namespace Multiprocessing.Tests.Messaging.Queues;

/// <summary>Seeded damage.</summary>
internal static class Noise
{
    private static readonly long[] Special = [0, 1, -1, 2, 16, int.MaxValue, int.MinValue, long.MaxValue, long.MinValue, 1L << 30, 3L << 30, 1L << 32];

    /// <summary>A copy, cut, continued or with some other bytes.</summary>
    public static byte[] Mutate(Random random, byte[] bytes)
    {
        byte[] copy = random.Next(4) switch
        {
            0 => bytes[..random.Next(bytes.Length + 1)],
            1 => [.. bytes, .. new byte[random.Next(50)]],
            _ => [.. bytes],
        };
        for (int i = random.Next(6); i > 0 && copy.Length > 0; i--)
        {
            copy[random.Next(random.Next(2) == 0 ? Math.Min(copy.Length, 60) : copy.Length)] = (byte)random.Next(256);
        }

        return copy;
    }

    /// <summary>From one number to all bytes.</summary>
    public static void Scribble(Random random, Span<byte> memory)
    {
        if (random.Next(10) == 0)
        {
            random.NextBytes(memory);
            return;
        }

        for (int i = 1 + random.Next(12); i > 0; i--)
        {
            // Mostly where it hurts: at the beginning, and at the beginnings of cells.
            int at = random.Next(3) switch
            {
                0 => random.Next(192 / 4) * 4,
                1 => (random.Next(memory.Length / 64) * 64) + (random.Next(8) * 4),
                _ => random.Next(memory.Length),
            };
            Span<byte> place = memory[Math.Min(at, memory.Length - 8)..];
            if (random.Next(2) == 0)
            {
                BinaryPrimitives.WriteInt64LittleEndian(place, Special[random.Next(Special.Length)] + random.Next(3));
            }
            else
            {
                BinaryPrimitives.WriteInt32LittleEndian(place, random.Next(-100, 100));
            }
        }
    }
}
