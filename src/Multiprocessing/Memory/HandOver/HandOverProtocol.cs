namespace Multiprocessing.Memory;

/// <summary>
/// The messages between a process and the root: a request is its code and fields, an answer is one byte that says whether it
/// worked, then the fields. One request of a connection is under way at a time. Layouts: docs/protocol.md, "Hand-over".
/// </summary>
internal static class HandOverProtocol
{
    /// <summary>Must come first: <c>start time (8)</c>; the id comes from the kernel.</summary>
    public const byte Introduce = 1;

    /// <summary>A handle beside it -> <c>token (16)</c>.</summary>
    public const byte Deposit = 2;

    /// <summary><c>token (16), container (16)</c> -> <c>ticket (16)</c>.</summary>
    public const byte Park = 3;

    /// <summary><c>token or ticket (16)</c> -> <c>token (16)</c> and a handle; the ticket stays.</summary>
    public const byte Open = 4;

    /// <summary>As <see cref="Open"/>; the ticket is used up.</summary>
    public const byte Take = 5;

    /// <summary><c>token (16)</c>; no answer.</summary>
    public const byte Release = 6;

    /// <summary><c>ticket (16)</c>; no answer.</summary>
    public const byte Discard = 7;

    /// <summary><c>token (16), name (UTF-8 to the end)</c>.</summary>
    public const byte SetName = 8;

    /// <summary><c>name</c> -> <c>token (16)</c> and a handle.</summary>
    public const byte OpenName = 9;

    /// <summary><c>name</c>.</summary>
    public const byte RemoveName = 10;

    /// <summary>-> <c>owner id (4)</c> and two handles: the table of lives, the table of wake words.</summary>
    public const byte Join = 11;

    public const byte Failed = 0;
    public const byte Done = 1;

    /// <summary>The root has reached its limit of open files; nothing was changed.</summary>
    public const byte Exhausted = 2;

    /// <summary>The longest name, in bytes of UTF-8.</summary>
    public const int LongestName = 255;

    public const int TokenSize = 16;

    public const int LongestMessage = 1 + TokenSize + LongestName;
}
