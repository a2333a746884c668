namespace Mesh.ControlPlane.Storage;

/// <summary>Chooses, of all replicas that share a store, the one that does what only one needs to do.</summary>
/// <remarks>
/// For a moment two may believe that they lead: the old one learns late that its connection is gone. Such work must be harmless when it is done twice,
/// or check in the transaction of its write that nobody did it before.
/// </remarks>
internal interface ILeadership
{
    /// <summary>Whether this replica leads now.</summary>
    bool IsLeader { get; }

    /// <summary>Calls the work whenever this replica comes to lead, and cancels it when it leads no more; returns when stopped.</summary>
    Task RunAsync(Func<CancellationToken, Task> work, CancellationToken stopping);
}
