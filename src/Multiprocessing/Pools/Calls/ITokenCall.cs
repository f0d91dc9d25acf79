namespace Multiprocessing.Pools;

/// <summary>Marks the calls whose delegate takes the task's own token.</summary>
internal interface ITokenCall;
