namespace Multiprocessing.Serialization;

/// <summary>
/// Among the holds of a payload: something that counts as on its way while it is held. Disposing of it ends the way, unless it has arrived
/// or was entrusted.
/// </summary>
internal interface IJourney : IDisposable
{
    /// <summary>The payload goes into a container that outlives the sender: only its arrival ends the way from here on.</summary>
    void Entrust();

    /// <summary>It will not arrive.</summary>
    void End();
}
