using Compare.Peers;
using Compare.Reports;

namespace Compare;

/// <summary>One run of the program.</summary>
internal static class Session
{
    internal static int Run(Arguments arguments)
    {
        var effort = new Effort(arguments.Quick);
        using var peers = PeerSet.Start(effort);
        Console.WriteLine(Machine.Describe());
        foreach (var peer in peers.All)
        {
            Console.WriteLine($"peer {peer.Name}: {peer.Version}");
        }
        var results = new List<RowResult>();
        foreach (var area in arguments.Areas)
        {
            using var rows = area.Open(effort);
            var rivals = peers.All.Where(peer => rows.Rows.Any(row => row.Peers.ContainsKey(peer.Name))).ToList();
            var ofArea = AreaRun.Run(area, rows, rivals, effort, withDistributions: arguments.JsonFile is not null);
            results.AddRange(ofArea);
            ConsoleTable.Write(Console.Out, area.Name, effort, ofArea, rivals, rows.Notes);
        }
        Console.WriteLine($"load average at the end: {Machine.Load()}");
        if (arguments.JsonFile is { } file)
        {
            JsonReport.Write(file, results);
        }
        // Budgets are goals and machines differ: a missed one is shown, but only a measurement that failed is an error.
        return results.Any(r => r.Problems.Count > 0) ? 1 : 0;
    }
}
