using System.IO.Compression;
using System.Security.Cryptography;

namespace Tour;

/// <summary>What the tour finds out about one file.</summary>
internal sealed record FileFacts(string Path, long Size, string Sha256, double BrotliRatio, double Entropy)
{
    /// <summary>Reads a file and examines it; runs in a worker process, or wherever it is called.</summary>
    public static FileFacts Examine(string path)
    {
        byte[] content = File.ReadAllBytes(path);
        return new FileFacts(
            path,
            content.Length,
            Convert.ToHexStringLower(SHA256.HashData(content)),
            content.Length == 0 ? 1 : (double)CompressedSize(content) / content.Length,
            EntropyOf(content));
    }

    private static long CompressedSize(byte[] content)
    {
        byte[] compressed = new byte[BrotliEncoder.GetMaxCompressedLength(content.Length)];
        return BrotliEncoder.TryCompress(content, compressed, out int written, quality: 5, window: 22)
            ? written
            : throw new InvalidOperationException("Brotli found no room in a buffer of its own size.");
    }

    /// <summary>Shannon's entropy of the bytes, in bits per byte: 0 to 8.</summary>
    private static double EntropyOf(byte[] content)
    {
        Span<int> counts = stackalloc int[256];
        foreach (byte b in content)
        {
            counts[b]++;
        }

        double entropy = 0;
        foreach (int count in counts)
        {
            if (count > 0)
            {
                double share = (double)count / content.Length;
                entropy -= share * Math.Log2(share);
            }
        }

        return entropy;
    }
}
