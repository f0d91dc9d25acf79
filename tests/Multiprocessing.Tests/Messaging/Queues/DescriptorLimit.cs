using System.Runtime.InteropServices;

namespace Multiprocessing.Tests.Messaging.Queues;

/// <summary>While it is there, this process gets no new descriptor from that number on.</summary>
internal sealed partial class DescriptorLimit : IDisposable
{
    private const int NumberOfFiles = 7;
    private readonly Limit _before;

    public DescriptorLimit(int most)
    {
        Assert.Equal(0, GetLimit(NumberOfFiles, out _before));
        Assert.Equal(0, SetLimit(NumberOfFiles, _before with { Soft = most }));
    }

    public void Dispose() => Assert.Equal(0, SetLimit(NumberOfFiles, _before));

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static partial int GetLimit(int resource, out Limit limit);

    [LibraryImport("libc", EntryPoint = "setrlimit")]
    private static partial int SetLimit(int resource, in Limit limit);

    private readonly record struct Limit(long Soft, long Hard);
}
