namespace Multiprocessing.Messaging.Queues;

/// <summary>Something to be done at a ring that may have to wait for others: it is tried again whenever it might work.</summary>
internal interface IAttempt
{
    /// <summary>Throws if it is hopeless.</summary>
    /// <returns>Whether it has come to its end.</returns>
    bool Try();
}
