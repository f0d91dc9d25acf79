namespace Multiprocessing.Platform;

/// <summary>How the kernel schedules this process.</summary>
internal abstract class Scheduling
{
    /// <summary>The nice value of this process: -20 (first) to 19 (last).</summary>
    public abstract int Niceness { get; }

    /// <summary>The processors that this process may run on, as a bit mask.</summary>
    public abstract byte[] Affinity { get; }

    /// <summary>Gives all threads of this process a nice value, as if it had been started with it.</summary>
    /// <exception cref="System.ComponentModel.Win32Exception">A lower value needs a privilege.</exception>
    public abstract void SetNiceness(int niceness);

    /// <summary>Binds all threads of this process to processors, as if it had been started so.</summary>
    public abstract void SetAffinity(ReadOnlySpan<byte> mask);
}
