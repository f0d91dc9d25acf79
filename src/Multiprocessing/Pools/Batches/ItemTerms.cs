namespace Multiprocessing.Pools;

/// <summary>What all tasks of a map or stream have in common.</summary>
internal sealed record ItemTerms(Delegate Function, bool TakesToken, long TimeoutTicks, TaskPriority Priority, RetryPolicy Retry);

/// <summary>How a batch lies in memory.</summary>
/// <param name="PrefixLength">Bytes of its prefix (<see cref="BatchRequest.Prefix"/>).</param>
/// <param name="ItemSize">See <see cref="BatchRequest.ItemSize"/>.</param>
/// <param name="ResultSize">See <see cref="BatchRequest.ResultSize"/>.</param>
/// <param name="SeedEnd">
/// Where in the prefix the place of the first item in the whole input ends, which its random numbers depend on; 0: it is not there.
/// </param>
internal readonly record struct BatchLayout(int PrefixLength, int ItemSize, int ResultSize, int SeedEnd);
