namespace Multiprocessing.Synchronization;

/// <summary>
/// The conditions for which this process has waiters, by the address of their memory: objects for the same one share its waiters. Spread
/// over some places, each with a lock of its own, which is the place itself.
/// </summary>
internal static class ConditionGroups
{
    private static readonly Place[] Places = [.. Enumerable.Range(0, 16).Select(_ => new Place())];

    public static Place PlaceOf(ConditionTable table) => Places[(uint)table.Address.GetHashCode() / 64 % Places.Length];

    /// <summary>Some of them. All under its lock.</summary>
    internal sealed class Place
    {
        private readonly Dictionary<(TreeMember Member, nint Address), ConditionGroup> _groups = [];

        public ConditionGroup? Find(ConditionTable table) => _groups.GetValueOrDefault(KeyOf(table));

        public ConditionGroup Add(ConditionTable table, ConditionGroup group)
        {
            _groups.Add(KeyOf(table), group);
            return group;
        }

        public void Remove(ConditionTable table) => _groups.Remove(KeyOf(table));

        private static (TreeMember Member, nint Address) KeyOf(ConditionTable table) => (table.Member, table.Address);
    }
}
