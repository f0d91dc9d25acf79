namespace Multiprocessing.Chaos;

/// <summary>What an item does in its worker.</summary>
internal enum Deed
{
    Compute,
    Throw,
    SegmentationFault,
    Abort,
    Exit,
    KillItself,
    FailFast,

    /// <summary>Kills its worker the first time that it is tried.</summary>
    KillItselfAtFirst,
}

/// <summary>One item, as it travels.</summary>
/// <param name="Cell">Where it counts its starts.</param>
/// <param name="Number">What its answer is made of.</param>
/// <param name="Microseconds">How long it keeps a core busy.</param>
/// <param name="Deed">What it does then.</param>
internal readonly record struct Item(int Cell, int Number, int Microseconds, Deed Deed)
{
    /// <summary>The right value. Of no other item that is open: above the product, which is less than 2^44, is the cell.</summary>
    internal long Answer => (((long)Number * 7919) ^ 0x5bd1e995) + ((long)Cell << 44);

    /// <summary>The message of its own exception.</summary>
    internal string Complaint => $"item {Number} of cell {Cell} fails as told";
}
