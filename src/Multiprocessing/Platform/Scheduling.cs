namespace Multiprocessing.Platform;

/// <summary>How the kernel schedules this process.</summary>
internal abstract class Scheduling
{
    /// <summary>The nice values that there are.</summary>
    public const int LowestNiceness = -20;

    /// <inheritdoc cref="LowestNiceness"/>
    public const int HighestNiceness = 19;

    /// <summary>The nice value of this process: -20 (first) to 19 (last).</summary>
    public abstract int Niceness { get; }

    /// <summary>The processors that this process may run on, as a bit mask.</summary>
    public abstract byte[] Affinity { get; }

    /// <summary>Gives all threads of this process a nice value, as if it had been started with it.</summary>
    /// <exception cref="System.ComponentModel.Win32Exception">A lower value needs a privilege.</exception>
    public abstract void SetNiceness(int niceness);

    /// <summary>Binds all threads of this process to processors, as if it had been started so.</summary>
    public abstract void SetAffinity(ReadOnlySpan<byte> mask);

    /// <summary>Whether this process, and so its children, may have a nice value. Found out by a thread that tries it.</summary>
    public abstract bool CanHaveNiceness(int niceness);

    /// <summary>Which of the processors exist and may be used by this process, and so by its children. Found out by a thread that tries it.</summary>
    public abstract byte[] FindUsable(byte[] mask);
}
