namespace Multiprocessing.Memory;

/// <summary>A reference that belongs to no process but to the object it is parked in.</summary>
internal sealed record ParkedReference(Guid Ticket, Segment Segment, Segment? Container)
{
    public bool Equals(ParkedReference? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => Ticket.GetHashCode();
}
